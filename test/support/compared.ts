import { lower } from '../../src/graph/lower.ts';
import { createReport, type Diagnostic } from '../../src/kernel/report.ts';
import { diff } from '../../src/plan/diff.ts';
import { reportFindings } from '../../src/plan/findings.ts';
import type { Change, Plan } from '../../src/plan/plan.ts';
import { recall } from '../../src/plan/recall.ts';
import { readTrust } from '../../src/plan/trust.ts';
import { readCatalog } from '../../src/products/registry.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { lowering, productsOf } from './lowered.ts';

/** What a topology text comes to beside a recorded state. */
export interface Compared {
  readonly changes: readonly Change[];
  readonly trust: Plan['trust'];
  readonly findings: readonly Diagnostic[];
  /** The change of an address; throws where there is none. */
  change(address: string): Change;
}

/** Compares a topology text with a state as `plan` does, without rendering anything. */
export function compared(text: string, snapshot: Snapshot | undefined): Compared {
  const input = lowering(text);
  const graph = lower(input);
  const recalled = recall(snapshot, input.topology);
  const changes = diff({ graph, ...recalled, catalog: readCatalog(), products: productsOf(input) });
  const report = createReport();
  reportFindings({ graph, recalled, moves: input.topology.moved, changes }, report);
  return {
    changes,
    trust: readTrust(graph, recalled.snapshot, changes),
    findings: report.diagnostics,
    change(address) {
      const found = changes.find(one => one.address === address);
      if (!found) throw new Error(`no change of ${address}`);
      return found;
    },
  };
}
