import { readAddress } from '../kernel/address.ts';
import { canonical, digest } from '../kernel/canonical.ts';
import type { Json } from '../kernel/json.ts';
import { inDestroyOrder } from '../graph/order.ts';
import type { Graph, Resource } from '../graph/resource.ts';
import { removalPath, scriptPath } from '../products/scripts.ts';
import type { Catalog, Product } from '../products/product.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import { alteredKeys } from './facts.ts';
import { hazardsOf } from './hazards.ts';
import { fatesOf, type Fate } from './leaving.ts';
import type { Action, Change, Hazard, Reason } from './plan.ts';
import type { Sighted, Sightings } from './sightings.ts';

/** What a diff looks at. */
export interface Comparison {
  readonly graph: Graph;
  readonly snapshot: Snapshot | undefined;
  readonly catalog: Catalog;
  /** Deployment name to product id, for what is desired. */
  readonly products: ReadonlyMap<string, string>;
  /** Address of today to the one that was recorded, where it is called otherwise. */
  readonly former: ReadonlyMap<string, string>;
  /** Address to the name that an import claims the object has. */
  readonly claims: ReadonlyMap<string, string>;
  /** Names and addresses of what is let go and stays on its server. */
  readonly released: readonly string[];
  /** What was looked for on its server; none where nobody looked. */
  readonly sightings?: Sightings | undefined;
}

/** Desired against recorded: first what shall be, in apply order, then what goes, in reverse. */
export function diff(comparison: Comparison): Change[] {
  const recorded = new Map(comparison.snapshot?.resources.map(entry => [entry.address, entry]));
  const changes = comparison.graph.resources.map(resource =>
    changeOf(resource, recorded.get(resource.address), comparison),
  );
  return [...changes, ...removals(comparison)];
}

function changeOf(
  resource: Resource,
  entry: StateEntry | undefined,
  { catalog, products, former, claims, sightings }: Comparison,
): Change {
  const { address } = resource;
  const product = catalog.products.get(products.get(resource.deployment) ?? '');
  const altered = entry ? alteredKeys(entry.attributes, resource.attributes) : [];
  const sighting = sightings?.get(address);
  const actions = actionsOf(resource, entry, { altered, product, sighting });
  const undo = product && scriptPath(product, resource, 'undo');
  const was = former.get(address);
  const claim = isSeen(entry) ? undefined : (claims.get(address) ?? entry?.claim);
  return {
    address,
    ...(was !== undefined && { previous_address: was }),
    ...(claim !== undefined && { importing: { identity: claim } }),
    kind: resource.kind,
    actions,
    before: entry && entry.standing !== 'removing' ? entry.attributes : null,
    after: resource.attributes,
    after_unknown: resource.unknown,
    because: [
      ...reasonsOf(resource, entry, { altered, sighting }),
      ...notesOf(resource, entry, { was, claim }),
    ],
    needs: resource.needs,
    undo: undo ?? 'apply the topology of before',
    hazards: actions[0] === 'keep' || !product ? [] : hazardsOf(product, resource, actions),
  };
}

/** Whether something shows the object: a receipt, evidence, a person's word. */
function isSeen(entry: StateEntry | undefined): boolean {
  return entry?.standing === 'deployed' || entry?.standing === 'verified';
}

/** What becomes of the record alone; the object on its server stays what it is. */
function notesOf(
  { protect }: Resource,
  entry: StateEntry | undefined,
  { was, claim }: { readonly was: string | undefined; readonly claim: string | undefined },
): Reason[] {
  const notes: [boolean, Reason][] = [
    [was !== undefined, { code: 'moved', text: `it was recorded as ${was}` }],
    [
      claim !== undefined && claim !== entry?.claim,
      { code: 'import', text: `it is claimed to be there as ${JSON.stringify(claim)}` },
    ],
    [
      protect === true && entry !== undefined && !entry.protect,
      { code: 'protected', text: 'it is protected from now on' },
    ],
    [
      !protect && entry?.protect === true,
      { code: 'unprotected', text: 'it is protected no longer' },
    ],
  ];
  return notes.filter(([applies]) => applies).map(([, note]) => note);
}

function actionsOf(
  resource: Resource,
  entry: StateEntry | undefined,
  { altered, product, sighting }: Basis,
): readonly Action[] {
  if (!entry || entry.standing === 'removing') {
    return resource.held === 'here' || sighting?.is === 'absent' ? ['create'] : ['ensure'];
  }
  if (altered.length === 0) return ['keep'];
  if (entry.standing === 'rendered' && resource.held === 'server') return ['ensure'];
  const mutability = product?.objects[resource.kind]?.mutability ?? {};
  const replaces = altered.some(key => (mutability[key] ?? mutability['*']) === 'replace');
  return replaces ? ['delete', 'create'] : ['update'];
}

/** What an action and its reasons rest on. */
interface Basis {
  readonly altered: readonly string[];
  readonly product?: Product | undefined;
  readonly sighting: Sighted | undefined;
}

const DECLARED: readonly Reason[] = [
  { code: 'declared', text: 'declared, and nothing is recorded of it' },
];

function reasonsOf(
  resource: Resource,
  entry: StateEntry | undefined,
  { altered, sighting }: Basis,
): readonly Reason[] {
  if (sighting?.is === 'absent') return [sighting.because];
  if (!entry) return DECLARED;
  if (entry.standing === 'removing') {
    return [{ code: 'declared-again', text: 'declared again before its removal was recorded' }];
  }
  const changes = altered.map(key => ({
    code: `changed/${key}`,
    text: `${key}: ${show(entry.attributes[key])} -> ${show(resource.attributes[key])}`,
  }));
  return sighting?.is === 'there' && sighting.news ? [...changes, sighting.because] : changes;
}

/** What was made last goes first. */
function removals(comparison: Comparison): Change[] {
  const fates = fatesOf(comparison);
  const leave = (comparison.snapshot?.resources ?? []).filter(({ address, standing }) => {
    const fate = fates.get(address);
    return fate !== undefined && (standing !== 'removing' || fate === 'released');
  });
  return inDestroyOrder(leave).map(entry =>
    removal(entry, fates.get(entry.address) ?? 'dropped', comparison),
  );
}

/** Why an entry leaves the record, by what becomes of the thing itself. */
const FAREWELLS: Readonly<Record<Fate, Reason>> = {
  dropped: { code: 'not-declared', text: 'no longer declared' },
  removed: { code: 'not-declared', text: 'no longer declared' },
  released: {
    code: 'not-declared/released',
    text: 'let go by `removed`; it stays on the server, unmanaged',
  },
  stays: {
    code: 'not-declared/stays',
    text: 'no longer declared; it stays on the server, unmanaged',
  },
  moved: {
    code: 'not-declared/moved',
    text:
      'the same object is declared under another address; nothing is removed, and an entry in ' +
      '`moved` would keep what is recorded of it, unless a key was made here',
  },
  guards: {
    code: 'not-declared/guards',
    text: 'no longer declared; it stays on the server, because a partner it guards still stands',
  },
};

function removal(entry: StateEntry, fate: Fate, { catalog, former }: Comparison): Change {
  const { address, kind, attributes } = entry;
  const product = catalog.products.get(entry.product);
  const was = former.get(address);
  const actions: readonly Action[] = [isLoss(fate) ? 'delete' : 'forget'];
  const subject = { kind, attributes, name: readAddress(address)?.name };
  return {
    address,
    ...(was !== undefined && { previous_address: was }),
    kind,
    actions,
    before: attributes,
    after: null,
    after_unknown: [],
    because: [FAREWELLS[fate]],
    needs: [],
    undo: fate === 'removed' ? removalPath(address, 'undo') : 'declare it again',
    hazards: [
      ...(product ? hazardsOf(product, subject, actions) : []),
      ...(fate === 'removed' && entry.claim !== undefined ? [neverSeen(entry.claim)] : []),
      ...(fate === 'released' && kind === 'partner' ? [STAYS_OPEN] : []),
    ],
  };
}

/** Nobody should let go of a trust in passing: no later plan tells of it. */
const STAYS_OPEN: Hazard = {
  code: 'trust-stays',
  severity: 'warning',
  text: 'it stays on its server and lets in whom it let in before, and no later plan tells of it',
};

function isLoss(fate: Fate): boolean {
  return fate === 'removed' || fate === 'dropped';
}

function neverSeen(claim: string): Hazard {
  const name = JSON.stringify(claim);
  const text = `it was imported as ${name} and never seen; others may have made it, and rely on it`;
  return { code: 'claimed-only', severity: 'warning', text };
}

/** A value as a reviewer reads it: JSON, with long ones cut to their digest. */
function show(value: Json | undefined): string {
  const text = canonical(value ?? null);
  return text.length > 120
    ? `(${text.length} characters, sha256 ${digest(text).slice(0, 12)})`
    : text;
}
