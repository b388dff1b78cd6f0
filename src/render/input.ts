import type { NamedCertificates } from '../kernel/certificate.ts';
import type { Installation } from '../products/installation.ts';
import type { Catalog } from '../products/product.ts';
import type { Graph } from '../graph/resource.ts';
import type { StateEntry } from '../state/snapshot.ts';
import type { Topology } from '../topology/topology.ts';

/** Everything that decides what is written: no clock, no key, no state beside what must go. */
export interface RenderInput {
  readonly topology: Topology;
  readonly catalog: Catalog;
  readonly graph: Graph;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly certificates: NamedCertificates;
  /** Objects that left the topology and are still on their servers. */
  readonly removing: readonly StateEntry[];
}

/** Deployments that get files, by name in code-unit order. */
export function deploymentsOf({ graph, installations }: RenderInput): Installation[] {
  const names = new Set(graph.resources.map(resource => resource.deployment));
  return [...names].sort().flatMap(name => installations.get(name) ?? []);
}

/**
 * Deployments whose servers must notice a change: those that get files, and those from which the
 * last partner goes, which would accept on until they are restarted.
 */
export function servingDeployments(input: RenderInput): Installation[] {
  const leaving = input.removing.filter(({ kind }) => kind === 'partner');
  const names = new Set(leaving.map(({ deployment }) => deployment));
  for (const { deployment } of input.graph.resources) names.add(deployment);
  return [...names].sort().flatMap(name => input.installations.get(name) ?? []);
}
