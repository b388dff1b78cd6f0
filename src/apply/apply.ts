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
  | { readonly kind: 'writing' | 'wrote' | 'deleting' | 'deleted'; readonly path: string }
  | { readonly kind: 'recorded'; readonly serial: number }
  /** How far it came before it failed; the reason is thrown. */
  | { readonly kind: 'failed'; readonly progress: ApplyProgress };

/** How far an apply has come. */
export interface ApplyProgress {
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  readonly kept: number;
  /** The file that could not be written or deleted; null where none failed. */
  readonly failed: string | null;
  /** Steps that were not started. */
  readonly left: number;
  /** Serial of the recorded state; 0 when there is none. */
  readonly serial: number;
}

/** How an apply ended. */
export interface ApplyResult extends ApplyProgress {
  /** `interrupted`: a signal came; what was written is whole, and the next apply finishes. */
  readonly outcome: 'applied' | 'unchanged' | 'interrupted';
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
  const course: Course = { taken: 0, failed: null, serial: current?.serial ?? 0 };
  if (work.steps.length === 0 && sha256(state) === job.expectState) {
    await finish(run);
    return { outcome: 'unchanged', ...progressOf(work, course) };
  }
  listen({ kind: 'proving' });
  if (!(await job.prove())) throw refuse('apply/unproved', 'the proof failed', EXIT.unproved);
  listen({ kind: 'proved' });
  try {
    const whole = await carryOut(run, work, course);
    if (!whole) return { outcome: 'interrupted', ...progressOf(work, course) };
    await commit(run, state, course);
    await finish(run);
  } catch (error) {
    listen({ kind: 'failed', progress: progressOf(work, course) });
    throw error;
  }
  return { outcome: 'applied', ...progressOf(work, course) };
}

/** What has happened so far. */
interface Course {
  taken: number;
  failed: string | null;
  serial: number;
}

function progressOf({ steps, kept }: Work, { taken, failed, serial }: Course): ApplyProgress {
  const done = steps.slice(0, taken);
  return {
    written: done.filter(({ bytes }) => bytes).map(({ path }) => path),
    deleted: done.filter(({ bytes }) => !bytes).map(({ path }) => path),
    kept,
    failed,
    left: steps.length - taken - (failed === null ? 0 : 1),
    serial,
  };
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

/** Takes the steps in order, each whole; false when a signal came before all were done. */
async function carryOut(
  { job, world, lock, listen }: Run,
  { steps, known }: Work,
  course: Course,
): Promise<boolean> {
  if (job.signal?.aborted) return false;
  await lock.check();
  const begin = { checksum: job.plan.checksum ?? '', files: known };
  await world.state.writeJournal(writeJournal(begin));
  for (const { path, bytes } of steps) {
    if (job.signal?.aborted) return false;
    // Who was stopped for long may have lost the lock to a run that has finished since.
    await lock.check();
    listen({ kind: bytes ? 'writing' : 'deleting', path });
    course.failed = path;
    await (bytes ? world.artifacts.write(path, bytes) : world.artifacts.remove(path));
    course.failed = null;
    course.taken++;
    listen({ kind: bytes ? 'wrote' : 'deleted', path });
  }
  return true;
}

async function commit(
  { job, world, lock, listen }: Run,
  state: Uint8Array,
  course: Course,
): Promise<void> {
  if (sha256(state) === job.expectState) return;
  await lock.check();
  await world.state.write(state, job.expectState);
  course.serial = job.next.serial;
  listen({ kind: 'recorded', serial: job.next.serial });
}

/** What also a killed run may have left undone: the project's identity, the end of the journal. */
async function finish({ job: { next }, world: { state }, lock }: Run): Promise<void> {
  await lock.check();
  if (!(await state.readProject())) {
    await state.writeProject(writeIdentity({ name: next.topology, lineage: next.lineage }));
  }
  if (await state.readJournal()) await state.writeJournal(undefined);
}

function refuse(
  code: Code,
  found: string,
  exit: number,
  help = exit === EXIT.unproved ? 'see the matrix above' : 'plan again, then apply that plan',
): Refusal {
  return new Refusal(code, { detail: `${found}; nothing was written`, help }, exit);
}
