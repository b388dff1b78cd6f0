import { address } from '../kernel/address.ts';
import { byAddress } from '../kernel/canonical.ts';
import type { Graph, Resource } from '../graph/resource.ts';
import type { Catalog, FeatureObject, Product } from '../products/product.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';

/** What leaving looks at. */
export interface Departure {
  readonly graph: Graph;
  readonly snapshot: Snapshot | undefined;
  readonly catalog: Catalog;
  /** Names and addresses of what is let go and stays on its server. */
  readonly released: readonly string[];
}

/** What becomes of an entry that is no longer declared. */
export type Fate =
  /** Ours alone: its record is dropped. */
  | 'dropped'
  /** The topology lets it go: it stays on its server, and nobody manages it any more. */
  | 'released'
  /** It stays on its server, and nobody manages it any more. */
  | 'stays'
  /** The same object is declared under another address. */
  | 'moved'
  /** A partner that it protects still stands. */
  | 'guards'
  /** A script must remove it. */
  | 'removed';

/** Entries that left the topology and must be removed from their servers by a script. */
export function leaving(departure: Departure): StateEntry[] {
  const fates = fatesOf(departure);
  return (departure.snapshot?.resources ?? [])
    .filter(entry => fates.get(entry.address) === 'removed')
    .sort(byAddress);
}

/** The fate of every recorded entry that is not declared, by address. */
export function fatesOf({ graph, snapshot, catalog, released }: Departure): Map<string, Fate> {
  const declared = new Set<string>(graph.resources.map(resource => resource.address));
  const entries = snapshot?.resources ?? [];
  const names = formerNames(graph, entries);
  const subjects = new Set(released);
  const letGo = new Set(
    entries.filter(one => subjects.has(one.address) || subjects.has(one.deployment)),
  );
  const partnered = new Set(
    [...graph.resources, ...letGo].flatMap(({ kind, deployment }) =>
      kind === 'partner' ? [names.get(deployment) ?? deployment] : [],
    ),
  );
  return new Map(
    entries
      .filter(entry => !declared.has(entry.address))
      .map(entry => {
        if (letGo.has(entry)) return [entry.address, 'released'] as const;
        const product = catalog.products.get(entry.product);
        const now = names.get(entry.deployment) ?? entry.deployment;
        return [
          entry.address,
          fateOf(entry, { graph, product, declared, now, partnered }),
        ] as const;
      }),
  );
}

interface Circumstances {
  readonly graph: Graph;
  readonly product: Product | undefined;
  readonly declared: ReadonlySet<string>;
  /** What its deployment is called today. */
  readonly now: string;
  /** Deployments, as they are called today, at which a partner stands and will stand. */
  readonly partnered: ReadonlySet<string>;
}

function fateOf(entry: StateEntry, circumstances: Circumstances): Fate {
  const { product, now, partnered } = circumstances;
  if (entry.held === 'here') return 'dropped';
  if (product?.objects[entry.kind]?.onRemoval !== 'script') return 'stays';
  if (isDeclaredElsewhere(entry, product, circumstances)) return 'moved';
  return partnered.has(now) && isGate(entry, product) ? 'guards' : 'removed';
}

/**
 * A deployment that was renamed is the same installation: it signs under the same name. What it
 * was called before leads to what it is called now.
 */
function formerNames(graph: Graph, entries: readonly StateEntry[]): Map<string, string> {
  const documents = graph.resources.filter(({ kind }) => kind === 'document');
  const today = new Map(documents.map(one => [one.attributes['issuer'], one.deployment]));
  return new Map(
    entries
      .filter(({ kind }) => kind === 'document')
      .map(one => [one.deployment, today.get(one.attributes['issuer'] ?? null) ?? one.deployment]),
  );
}

/** Removing such an object would break what was just declared. */
function isDeclaredElsewhere(
  entry: StateEntry,
  product: Product,
  { graph, declared, now }: Circumstances,
): boolean {
  const key = product.objects[entry.kind]?.naturalKey ?? [];
  const same = ({ kind, deployment, attributes }: Resource): boolean =>
    kind === entry.kind &&
    deployment === now &&
    key.every(name => attributes[name] === entry.attributes[name]);
  return graph.resources.some(same) || isOtherSetting(entry, product, { declared, now });
}

/** One setting of a feature where another setting of the same feature is declared: on after off. */
function isOtherSetting(
  entry: StateEntry,
  product: Product,
  { declared, now }: Pick<Circumstances, 'declared' | 'now'>,
): boolean {
  return Object.entries(product.features).some(([feature, facts]) => {
    const objects = [facts.on, facts.off, facts.object].filter(one => one !== undefined);
    return (
      objects.some(one => addressOf(one, entry.deployment, feature) === entry.address) &&
      objects.some(one => declared.has(addressOf(one, now, feature)))
    );
  });
}

/** Whether it keeps something from starting as long as a partner stands. */
function isGate(entry: StateEntry, product: Product): boolean {
  return Object.entries(product.features).some(
    ([feature, { off }]) =>
      off?.beforePartners === true && addressOf(off, entry.deployment, feature) === entry.address,
  );
}

function addressOf({ kind, name }: FeatureObject, deployment: string, feature: string): string {
  return address(kind, deployment, name ?? feature);
}
