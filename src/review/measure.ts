import type { NamedCertificates } from '../kernel/certificate.ts';
import type { Locate } from '../kernel/report.ts';
import { VERSION } from '../kernel/version.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Published } from '../evidence/read-fetched.ts';
import type { Graph } from '../graph/resource.ts';
import { recall } from '../plan/recall.ts';
import type { Installation } from '../products/installation.ts';
import type { Catalog, Product } from '../products/product.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import type { Topology } from '../topology/topology.ts';
import { accept } from './accept.ts';
import { compareColumns } from './columns.ts';
import type { Drift } from './drift.ts';
import { judgeEdges } from './edge-findings.ts';

/** What drift is measured from. */
export interface Measuring {
  readonly subject: {
    readonly topology: Topology;
    readonly catalog: Catalog;
    readonly installations: ReadonlyMap<string, Installation>;
    readonly certificates: NamedCertificates;
    readonly now: Date;
  };
  readonly graph: Graph;
  readonly snapshot: Snapshot | undefined;
  readonly evidence: ReadonlyMap<string, Evidence>;
  readonly documents: ReadonlyMap<string, Published>;
  readonly locate: Locate;
}

const FORMAT = '1.0';

/** Declared, recorded and observed, resource by resource; and both ends of every edge. */
export function measure({ subject, graph, snapshot, locate, ...read }: Measuring): Drift {
  const { topology, catalog, installations, certificates, now } = subject;
  const recorded = recall(snapshot, topology).snapshot?.resources ?? [];
  const products = productsOf({ catalog, installations }, recorded);
  const columns = compareColumns({ graph, products, evidence: read.evidence }, recorded);
  const edges = judgeEdges({ ...read, ...columns, graph, installations, certificates, now });
  const complete = columns.unseen.length === 0;
  const accepting = { accepted: topology.accepted, now, locate };
  const accepted = accept({ complete, drift: columns.drift, edges }, accepting);
  return {
    format_version: FORMAT,
    kind: 'drift',
    tool: VERSION,
    clock: now.toISOString(),
    name: topology.name,
    complete,
    drift: accepted.drift,
    edges: accepted.edges,
    pending: columns.pending,
    unseen: columns.unseen,
    diagnostics: accepted.diagnostics,
  };
}

/** Also of deployments that are declared no longer: what is recorded of them was not forgotten. */
function productsOf(
  { catalog, installations }: Pick<Measuring['subject'], 'catalog' | 'installations'>,
  recorded: readonly StateEntry[],
): ReadonlyMap<string, Product> {
  const former = recorded.flatMap(({ deployment, product }) => {
    const known = catalog.products.get(product);
    return known ? [[deployment, known] as const] : [];
  });
  const today = [...installations].map(([name, { product }]) => [name, product] as const);
  return new Map([...former, ...today]);
}
