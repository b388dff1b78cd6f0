import type { Project } from './adapters/open-project.ts';
import { apply, type ApplyEvent, type ApplyResult } from './apply/apply.ts';
import { nextSnapshot } from './apply/next-snapshot.ts';
import type { Checked, Proposal } from './compile.ts';
import type { World } from './ports/world.ts';
import { prove } from './proof/prove.ts';
import type { ProofReport } from './proof/report.ts';
import { proofInput } from './proofs.ts';

/** Who listens, and what may interrupt. */
export interface Conduct {
  readonly listen: (event: ApplyEvent) => void;
  readonly signal?: AbortSignal;
}

/** How an apply ended, and what its proof showed (there is none where nothing was to be done). */
export type Outcome = ApplyResult & { readonly proof?: ProofReport };

/** Proves what a plan would write, then writes it. */
export async function carryOut(
  { world }: Project,
  planned: Required<Checked> & Proposal,
  { listen, signal }: Conduct,
): Promise<Outcome> {
  let proof: ProofReport | undefined;
  const { plan, graph, artifacts, snapshot, subject, stateDigest } = planned;
  const deployments = [...subject.topology.deployments.values()];
  const next = nextSnapshot({
    previous: snapshot,
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
      proof = await prove(await proofInput(planned, world, { from: 'memory', digests: true }));
      return proof.verdict === 'passed';
    },
    ...(signal && { signal }),
  };
  const result = await apply(job, world, listen);
  return { ...result, ...(proof && { proof }) };
}

/** A random UUID (version 4): the identity of a history that begins now. */
function newLineage(world: World): string {
  const bytes = Buffer.from(world.random(16));
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x40, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20].map((at, i, all) => hex.slice(at, all[i + 1] ?? 32)).join('-');
}
