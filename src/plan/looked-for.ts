import { digest } from '../kernel/canonical.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Sought } from '../evidence/sighting.ts';
import type { Graph, Resource } from '../graph/resource.ts';
import type { Product, SeenFacts } from '../products/product.ts';
import type { StateEntry } from '../state/snapshot.ts';

/** What evidence is read against. */
export interface Observing {
  readonly graph: Graph;
  /** Deployment to the evidence of it. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** Deployment to its product. */
  readonly products: ReadonlyMap<string, Product>;
}

/** Something to look for: as it is declared, or as it is recorded where it is not. */
export interface LookedFor {
  /** As it is recorded; where it is not, as it would be had it been seen as declared. */
  readonly entry: StateEntry;
  readonly isRecorded: boolean;
  readonly sought: Sought;
  readonly evidence: Evidence;
}

/** All that can be looked for in the evidence that is given. */
export function lookedFor(observing: Observing, recorded: readonly StateEntry[]): LookedFor[] {
  const known = new Map(recorded.map(entry => [entry.address, entry]));
  const declared = new Set(observing.graph.resources.map(({ address }) => address));
  const wanted = observing.graph.resources.map(resource => ({
    entry: known.get(resource.address) ?? unrecorded(resource, observing),
    isRecorded: known.has(resource.address),
    attributes: resource.attributes,
  }));
  const leaving = recorded
    .filter(({ address }) => !declared.has(address))
    .map(entry => ({ entry, isRecorded: true, attributes: entry.attributes }));
  return [...wanted, ...leaving].flatMap(({ entry, isRecorded, attributes }) => {
    const { evidence, products } = observing;
    const [read, product] = [evidence.get(entry.deployment), products.get(entry.deployment)];
    const facts = product && factsOf(product, entry);
    if (!read || !facts) return [];
    // Of what is made here only an issuer's certificate comes to a server, once it was made.
    if (entry.held === 'here' && !(isRecorded && facts.facts.slots)) return [];
    return [{ entry, isRecorded, sought: { attributes, ...facts }, evidence: read }];
  });
}

function unrecorded(
  { address, kind, deployment, held, attributes }: Resource,
  { products, evidence }: Observing,
): StateEntry {
  return {
    address,
    kind,
    deployment,
    product: products.get(deployment)?.id ?? '',
    held,
    standing: 'verified',
    attributes,
    digest: digest(attributes),
    script: null,
    since: evidence.get(deployment)?.collectedAt ?? '',
  };
}

/** How its product says that such a thing is found. */
export function factsOf(
  product: Product,
  { kind, address }: Pick<StateEntry, 'kind' | 'address'>,
): Omit<Sought, 'attributes'> | undefined {
  const object = product.objects[kind];
  const facts = object?.seen ?? featureFacts(product, kind, address.split('/').slice(2).join('/'));
  return object && facts && { facts, naturalKey: object.naturalKey, identity: object.identity };
}

function featureFacts({ features }: Product, kind: string, name: string): SeenFacts | undefined {
  const objects = Object.entries(features).flatMap(([id, { on, off, object }]) =>
    [on, off, object].filter(one => one?.kind === kind && (one.name ?? id) === name),
  );
  return objects[0]?.seen;
}
