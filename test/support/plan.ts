import { assemble } from '../../src/plan/assemble.ts';
import { diff } from '../../src/plan/diff.ts';
import { recall } from '../../src/plan/recall.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { readTrust } from '../../src/plan/trust.ts';
import { lower } from '../../src/graph/lower.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { lowering, productsOf } from './lowered.ts';

/** A first plan of a topology text, with one invented file; no state, no keys needed. */
export function firstPlan(text: string, clock = new Date('2030-01-01T00:00:00Z')): Plan {
  const input = lowering(text);
  const graph = lower(input);
  const catalog = readCatalog();
  return assemble({
    name: input.topology.name,
    clock,
    snapshot: undefined,
    digests: { topology: [], state: null, evidence: [], templates: catalog.digest },
    changes: diff({
      graph,
      ...recall(undefined, input.topology),
      catalog,
      products: productsOf(input),
    }),
    trust: readTrust(graph, undefined),
    certificates: [],
    artifacts: new Map([['RUNBOOK.md', '0'.repeat(64)]]),
    diagnostics: [],
    stateMissing: false,
  });
}
