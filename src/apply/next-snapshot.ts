import { byAddress, byCodeUnit, canonical, digest } from '../kernel/canonical.ts';
import type { Json } from '../kernel/json.ts';
import type { Catalog } from '../products/product.ts';
import { scriptPath } from '../products/scripts.ts';
import type { Graph, Resource } from '../graph/resource.ts';
import { STATE_FORMAT } from '../state/codec.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import type { Plan } from '../plan/plan.ts';
import type { Artifact } from '../render/artifact.ts';

/** What the state after an apply is made of. */
export interface Succession {
  readonly previous: Snapshot | undefined;
  /** The previous state under the names that are used today. */
  readonly recalled: Snapshot | undefined;
  readonly plan: Plan;
  readonly graph: Graph;
  readonly catalog: Catalog;
  /** Deployment to product id. */
  readonly products: ReadonlyMap<string, string>;
  readonly artifacts: readonly Artifact[];
  /** Names the history when this is its first state. */
  readonly lineage: string;
}

const REMEMBERED = 100;

/** The state after an apply; the previous one itself where nothing that it records changes. */
export function nextSnapshot(succession: Succession): Snapshot {
  const { previous, plan, lineage } = succession;
  const managed = {
    topology: plan.name,
    resources: entriesOf(succession),
    edges: plan.trust.edges
      .flatMap(({ address, after }) => (after ? [{ address, attributes: after }] : []))
      .sort(byAddress),
    artifacts: digestsOf(succession.artifacts),
  };
  if (previous && same(managed, previous)) return previous;
  return {
    format_version: STATE_FORMAT,
    lineage: previous?.lineage ?? lineage,
    serial: (previous?.serial ?? 0) + 1,
    ...managed,
    as_of: plan.clock,
    applied: [...(previous?.applied ?? []), plan.checksum ?? ''].slice(-REMEMBERED),
    by_hand: previous?.by_hand ?? [],
  };
}

type Managed = Pick<Snapshot, 'topology' | 'resources' | 'edges' | 'artifacts'>;

function same(managed: Managed, previous: Snapshot): boolean {
  const { topology, resources, edges, artifacts } = previous;
  const before: Managed = { topology, resources, edges, artifacts };
  return canonical(managed as unknown as Json) === canonical(before as unknown as Json);
}

function entriesOf(succession: Succession): StateEntry[] {
  const before = new Map(succession.recalled?.resources.map(entry => [entry.address, entry]));
  const desired = new Set(succession.graph.resources.map(({ address }) => address));
  const stay = succession.graph.resources.map(resource =>
    entryOf(resource, before.get(resource.address), succession),
  );
  const gone = [...before.values()].filter(({ address }) => !desired.has(address));
  return [...stay, ...gone.flatMap(entry => removing(entry, succession))].sort(byAddress);
}

/** Standing and its date stay as long as what was declared stays. */
function entryOf(
  resource: Resource,
  before: StateEntry | undefined,
  { plan, catalog, products, artifacts }: Succession,
): StateEntry {
  const id = products.get(resource.deployment) ?? '';
  const product = catalog.products.get(id);
  const sum = digest(resource.attributes);
  const holds = before?.digest === sum && before.standing !== 'removing';
  const { importing } = plan.changes.find(one => one.address === resource.address) ?? {};
  return {
    address: resource.address,
    kind: resource.kind,
    deployment: resource.deployment,
    product: id,
    held: resource.held,
    standing: holds ? before.standing : 'rendered',
    attributes: resource.attributes,
    digest: sum,
    script: (product && scriptPath(product, resource)) ?? null,
    ...certificateOf(resource, artifacts),
    ...(resource.protect && { protect: true }),
    ...(before?.formerly && { formerly: before.formerly }),
    ...(importing && { claim: importing.identity }),
    since: holds ? before.since : plan.clock,
  };
}

function certificateOf(
  { kind, held, deployment }: Resource,
  artifacts: readonly Artifact[],
): Pick<StateEntry, 'certificate'> {
  if (kind !== 'certificate' || held !== 'here') return {};
  const made = artifacts.find(({ path }) => path === `${deployment}/certificates/issuer.cer`);
  return made ? { certificate: Buffer.from(made.bytes).toString('base64') } : {};
}

/** What leaves the topology: a server's object waits for its removal to be reported. */
function removing(entry: StateEntry, { plan, catalog, artifacts }: Succession): StateEntry[] {
  const facts = catalog.products.get(entry.product)?.objects[entry.kind];
  if (entry.held === 'here' || facts?.onRemoval === 'keep') return [];
  const script = artifacts.find(one => removes(one, entry))?.path;
  // No script: the same object is declared under another address, so nothing is to be removed.
  if (script === undefined) return [];
  if (entry.standing === 'removing') return [{ ...entry, script }];
  return [{ ...entry, standing: 'removing', script, since: plan.clock }];
}

function removes({ path, addresses }: Artifact, { deployment, address }: StateEntry): boolean {
  return path.startsWith(`${deployment}/scripts/`) && addresses.includes(address);
}

function digestsOf(artifacts: readonly Artifact[]): Record<string, string> {
  const sorted = [...artifacts].sort((a, b) => byCodeUnit(a.path, b.path));
  return Object.fromEntries(sorted.map(({ path, sha256 }) => [path, sha256]));
}
