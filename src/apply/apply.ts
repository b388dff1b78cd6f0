import { sha256 } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import type { StateLock } from '../ports/state-store.ts';
import type { World } from '../ports/world.ts';
import { readSnapshot, writeSnapshot } from '../state/codec.ts';
import { checkIdentity, readIdentity, writeIdentity } from '../state/project.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Plan } from '../plan/plan.ts';
import type { Artifact } from '../render/artifact.ts';
import { readJournal, writeJournal } from './journal.ts';
import { join, survey, type Work } from './survey.ts';

/** A plan that was approved, with everything it writes. */
export interface ApplyJob {
  readonly plan: Plan;
  /** Every file below the artifact folder, the manifest among them. */
  readonly artifacts: readonly Artifact[];
  /** What the state becomes; `nextSnapshot` makes it. */
  readonly next: Snapshot;
  /** Digest of the state the plan was made from; undefined for a first plan. */
  readonly expectState: string | undefined;
  /** Proves every trust edge from the artifacts in memory. */
  readonly prove: () => Promise<boolean>;
  /** When it fires, the step under way is finished, and the next apply goes on from there. */
  readonly signal?: AbortSignal;
}

/** What happens while a plan is applied, for whoever shows progress. */
export type ApplyEvent =
  | { readonly kind: 'took-over'; readonly holder: string }
  | { readonly kind: 'resumed'; readonly checksum: string }
  | { readonly kind: 'surveyed'; readonly steps: number; readonly kept: number }
  | { readonly kind: 'proving' | 'proved' }
  | { readonly kind: 'wrote' | 'deleted'; readonly path: string }
  | { readonly kind: 'recorded'; readonly serial: number };

/** How an apply ended. */
export interface ApplyResult {
  /** `interrupted`: a signal came; what was written is whole, and the next apply finishes. */
  readonly outcome: 'applied' | 'unchanged' | 'interrupted';
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  readonly kept: number;
  /** Steps that an interrupt left for the next apply. */
  readonly left: number;
  readonly serial: number;
}

interface Run {
  readonly job: ApplyJob;
  readonly world: World;
  readonly lock: StateLock;
  readonly listen: (event: ApplyEvent) => void;
}

/** Carries out a plan: proves it, then writes artifacts, manifest and state, in this order. */
export async function apply(
  job: ApplyJob,
  world: World,
  listen: (event: ApplyEvent) => void,
): Promise<ApplyResult> {
  const lock = await world.state.lock('apply', job.signal);
  try {
    if (lock.tookOver !== undefined) listen({ kind: 'took-over', holder: lock.tookOver });
    return await applyLocked({ job, world, lock, listen });
  } finally {
    await lock.release();
  }
}

async function applyLocked(run: Run): Promise<ApplyResult> {
  const { job, listen } = run;
  const current = await currentState(run);
  const work = await surveyArtifacts(run, current);
  const state = writeSnapshot(job.next);
  if (work.steps.length === 0 && sha256(state) === job.expectState) {
    await finish(run);
    return result('unchanged', run, work, 0);
  }
  listen({ kind: 'proving' });
  if (!(await job.prove())) throw refuse('apply/unproved', 'the proof failed', EXIT.unproved);
  listen({ kind: 'proved' });
  const done = await carryOut(run, work);
  if (done < work.steps.length) return result('interrupted', run, work, done);
  await commit(run, state);
  await finish(run);
  return result('applied', run, work, done);
}

/** The recorded state, which must still be the one the plan was made from. */
async function currentState({ job, world }: Run): Promise<Snapshot | undefined> {
  const stored = await world.state.read();
  const current = stored && readSnapshot(stored);
  const project = await world.state.readProject();
  checkIdentity(project && readIdentity(project), current);
  if (job.plan.checksum === null) {
    const help = 'make what it lacks: concordat keys prepare; then plan again, and apply that plan';
    throw refuse('plan/incomplete', 'the plan is a preview', EXIT.notApplicable, help);
  }
  if ((stored && sha256(stored)) !== job.expectState) {
    const found = 'another run has changed the state since the plan was made';
    throw refuse('plan/stale', found, EXIT.notApplicable);
  }
  checkSuccessor(current, job.next);
  return current;
}

function checkSuccessor(current: Snapshot | undefined, next: Snapshot): void {
  const step = next.serial - (current?.serial ?? 0);
  const sound = current ? current.lineage === next.lineage && step >= 0 && step <= 1 : step === 1;
  if (!sound) throw new Error('the next state does not follow the recorded one');
}

async function surveyArtifacts(run: Run, current: Snapshot | undefined): Promise<Work> {
  const { state, artifacts } = run.world;
  const begun = await state.readJournal();
  const journal = begun && readJournal(begun);
  if (journal) run.listen({ kind: 'resumed', checksum: journal.checksum });
  await artifacts.sweep();
  const known = join(journal?.files ?? new Map(), Object.entries(current?.artifacts ?? {}));
  const work = survey(run.job.artifacts, await artifacts.list(), known);
  run.listen({ kind: 'surveyed', steps: work.steps.length, kept: work.kept });
  return work;
}

/** Takes the steps in order, each whole, until all are done or a signal came; says how many. */
async function carryOut({ job, world, lock, listen }: Run, work: Work): Promise<number> {
  if (job.signal?.aborted) return -1;
  await lock.check();
  const begin = { checksum: job.plan.checksum ?? '', files: work.known };
  await world.state.writeJournal(writeJournal(begin));
  let done = 0;
  for (const { path, bytes } of work.steps) {
    if (job.signal?.aborted) break;
    // Who was stopped for long may have lost the lock to a run that has finished since.
    await lock.check();
    await (bytes ? world.artifacts.write(path, bytes) : world.artifacts.remove(path));
    listen({ kind: bytes ? 'wrote' : 'deleted', path });
    done++;
  }
  return done;
}

async function commit({ job, world, lock, listen }: Run, state: Uint8Array): Promise<void> {
  if (sha256(state) === job.expectState) return;
  await lock.check();
  await world.state.write(state, job.expectState);
  listen({ kind: 'recorded', serial: job.next.serial });
}

/** What also a killed run may have left undone: the project's identity, the end of the journal. */
async function finish({ job: { next }, world: { state } }: Run): Promise<void> {
  if (!(await state.readProject())) {
    await state.writeProject(writeIdentity({ name: next.topology, lineage: next.lineage }));
  }
  if (await state.readJournal()) await state.writeJournal(undefined);
}

function result(
  outcome: ApplyResult['outcome'],
  { job }: Run,
  { steps, kept }: Work,
  done: number,
): ApplyResult {
  const taken = steps.slice(0, Math.max(0, done));
  return {
    outcome,
    written: taken.filter(({ bytes }) => bytes).map(({ path }) => path),
    deleted: taken.filter(({ bytes }) => !bytes).map(({ path }) => path),
    kept,
    left: steps.length - taken.length,
    serial: job.next.serial,
  };
}

function refuse(
  code: Code,
  found: string,
  exit: number,
  help = exit === EXIT.unproved ? 'see the matrix above' : 'plan again, then apply that plan',
): Refusal {
  return new Refusal(code, { detail: `${found}; nothing was written`, help }, exit);
}
