import type { Project } from './adapters/open-project.ts';
import { apply, type ApplyEvent, type ApplyResult } from './apply/apply.ts';
import { nextSnapshot } from './apply/next-snapshot.ts';
import type { Checked } from './compile.ts';
import type { Proposal } from './propose.ts';
import type { World } from './ports/world.ts';
import { isEmpty } from './plan/facts.ts';
import { prove } from './proof/prove.ts';
import type { ProofReport } from './proof/report.ts';
import { proofInput } from './proofs.ts';

/** Who listens, and what may interrupt. */
export interface Conduct {
  readonly listen: (event: ApplyEvent) => void;
  /** Shown what the proof found, whether or not it holds. */
  readonly show?: (proof: ProofReport) => void;
  readonly signal?: AbortSignal;
}

/** Proves what a plan would write, then writes it. */
export async function carryOut(
  { world }: Project,
  planned: Required<Checked> & Proposal,
  { listen, show, signal }: Conduct,
): Promise<ApplyResult> {
  const { plan, graph, artifacts, snapshot, recalled, subject, stateDigest } = planned;
  if (!snapshot && isEmpty(plan)) return NOTHING;
  const deployments = [...subject.topology.deployments.values()];
  const next = nextSnapshot({
    previous: snapshot,
    recalled,
    plan,
    graph,
    artifacts,
    catalog: subject.catalog,
    products: new Map(deployments.map(({ name, product }) => [name, product])),
    lineage: snapshot?.lineage ?? newLineage(world),
  });
  const job = {
    plan,
    artifacts,
    next,
    expectState: stateDigest,
    prove: async () => {
      const proof = await prove(
        await proofInput(planned, world, { from: 'memory', digests: true }),
      );
      show?.(proof);
      return proof.verdict === 'passed';
    },
    ...(signal && { signal }),
  };
  return apply(job, world, listen);
}

/** Nothing was ever managed and nothing is asked for: no history begins. */
const NOTHING: ApplyResult = {
  outcome: 'unchanged',
  written: [],
  deleted: [],
  kept: 0,
  failed: null,
  left: 0,
  serial: 0,
};

/** A random UUID (version 4): the identity of a history that begins now. */
function newLineage(world: World): string {
  const bytes = Buffer.from(world.random(16));
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x40, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20].map((at, i, all) => hex.slice(at, all[i + 1] ?? 32)).join('-');
}
