import { byAddress, canonical, digest } from '../kernel/canonical.ts';
import type { Json } from '../kernel/json.ts';
import type { Graph, Resource } from '../graph/resource.ts';
import { removalPath, scriptPath } from '../products/scripts.ts';
import type { Catalog, Product } from '../products/product.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import { alteredKeys } from './facts.ts';
import { hazardsOf } from './hazards.ts';
import { fatesOf, type Fate } from './leaving.ts';
import type { Action, Change, Reason } from './plan.ts';

/** What a diff looks at. */
export interface Comparison {
  readonly graph: Graph;
  readonly snapshot: Snapshot | undefined;
  readonly catalog: Catalog;
  /** Deployment name to product id, for what is desired. */
  readonly products: ReadonlyMap<string, string>;
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
  { catalog, products }: Comparison,
): Change {
  const product = catalog.products.get(products.get(resource.deployment) ?? '');
  const altered = entry ? alteredKeys(entry.attributes, resource.attributes) : [];
  const actions = actionsOf(resource, entry, { altered, product });
  const undo = product && scriptPath(product, resource, 'undo');
  return {
    address: resource.address,
    kind: resource.kind,
    actions,
    before: entry && entry.standing !== 'removing' ? entry.attributes : null,
    after: resource.attributes,
    after_unknown: resource.unknown,
    because: reasonsOf(resource, entry, altered),
    needs: resource.needs,
    undo: undo ?? 'apply the topology of before',
    hazards: actions[0] === 'keep' || !product ? [] : hazardsOf(product, resource, actions),
  };
}

function actionsOf(
  resource: Resource,
  entry: StateEntry | undefined,
  { altered, product }: { altered: readonly string[]; product: Product | undefined },
): readonly Action[] {
  if (!entry || entry.standing === 'removing') {
    return resource.held === 'here' ? ['create'] : ['ensure'];
  }
  if (altered.length === 0) return ['keep'];
  if (entry.standing === 'rendered' && resource.held === 'server') return ['ensure'];
  const mutability = product?.objects[resource.kind]?.mutability ?? {};
  const replaces = altered.some(key => (mutability[key] ?? mutability['*']) === 'replace');
  return replaces ? ['delete', 'create'] : ['update'];
}

const DECLARED: readonly Reason[] = [
  { code: 'declared', text: 'declared, and nothing is recorded of it' },
];

function reasonsOf(
  resource: Resource,
  entry: StateEntry | undefined,
  altered: readonly string[],
): readonly Reason[] {
  if (!entry) return DECLARED;
  if (entry.standing === 'removing') {
    return [{ code: 'declared-again', text: 'declared again before its removal was recorded' }];
  }
  return altered.map(key => ({
    code: `changed/${key}`,
    text: `${key}: ${show(entry.attributes[key])} -> ${show(resource.attributes[key])}`,
  }));
}

/** In reverse: what was made last goes first. */
function removals(comparison: Comparison): Change[] {
  const fates = fatesOf(comparison);
  return (comparison.snapshot?.resources ?? [])
    .filter(({ address, standing }) => fates.has(address) && standing !== 'removing')
    .sort(byAddress)
    .reverse()
    .map(entry => removal(entry, fates.get(entry.address) ?? 'dropped'));
}

/** Why an entry leaves the record, by what becomes of the thing itself. */
const FAREWELLS: Readonly<Record<Fate, Reason>> = {
  dropped: { code: 'not-declared', text: 'no longer declared' },
  removed: { code: 'not-declared', text: 'no longer declared' },
  stays: {
    code: 'not-declared/stays',
    text: 'no longer declared; it stays on the server, unmanaged',
  },
  moved: {
    code: 'not-declared/moved',
    text: 'the same object is declared under another address; nothing is removed',
  },
  guards: {
    code: 'not-declared/guards',
    text: 'no longer declared; it stays on the server, because a partner it guards still stands',
  },
};

function removal(entry: StateEntry, fate: Fate): Change {
  return {
    address: entry.address,
    kind: entry.kind,
    actions: ['delete'],
    before: entry.attributes,
    after: null,
    after_unknown: [],
    because: [FAREWELLS[fate]],
    needs: [],
    undo: fate === 'removed' ? removalPath(entry.address, 'undo') : 'declare it again',
    hazards: [],
  };
}

/** A value as a reviewer reads it: JSON, with long ones cut to their digest. */
function show(value: Json | undefined): string {
  const text = canonical(value ?? null);
  return text.length > 120
    ? `(${text.length} characters, sha256 ${digest(text).slice(0, 12)})`
    : text;
}
