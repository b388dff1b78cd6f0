import type { NamedCertificates } from '../../src/kernel/certificate.ts';
import { digest } from '../../src/kernel/canonical.ts';
import { lower } from '../../src/graph/lower.ts';
import { stateEdges } from '../../src/plan/trust.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { scriptPath } from '../../src/products/scripts.ts';
import type { Snapshot, Standing } from '../../src/state/snapshot.ts';
import { lowering, productsOf } from './lowered.ts';

const catalog = readCatalog();

/** What the state would say after this topology was applied. */
export function record(
  text: string,
  standing: Standing,
  certificates: NamedCertificates = [],
): Snapshot {
  const input = lowering(text, certificates);
  const products = productsOf(input);
  const graph = lower(input);
  return {
    format_version: '1.0',
    lineage: '00000000-0000-4000-8000-000000000000',
    serial: 1,
    topology: 'litware',
    edges: stateEdges(graph),
    artifacts: {},
    applied: [],
    by_hand: [],
    resources: graph.resources.map(resource => {
      const product = products.get(resource.deployment) ?? '';
      const facts = catalog.products.get(product);
      return {
        ...resource,
        product,
        standing,
        digest: digest(resource.attributes),
        script: (facts && scriptPath(facts, resource)) ?? null,
        since: '2030-01-01T00:00:00Z',
      };
    }),
  };
}
