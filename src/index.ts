/**
 * Concordat's public interface: everything the command line can do, and nothing that it does
 * otherwise. Rooms are loaded when they are called, so that a check stays quick.
 */
import type { Project, ProjectOptions } from './adapters/open-project.ts';
import type { ApplyResult } from './apply/apply.ts';
import type { Conduct } from './carry-out.ts';
import type { ListedKey, PreparedKeys } from './apply/keys.ts';
import type { ExportedKey } from './apply/export-key.ts';
import type { RecordResult } from './apply/record.ts';
import type { Status } from './apply/status.ts';
import type { EvidenceFiles } from './evidence/evidence.ts';
import type { Diagnostic } from './kernel/report.ts';
import type { Declared } from './compare.ts';
import type { Checked } from './compile.ts';
import type { Imported, Importing } from './import.ts';
import type { Grants, Missing } from './plan/approval.ts';
import type { Plan } from './plan/plan.ts';
import type { Proposal } from './propose.ts';
import type { MutationReport } from './proof/mutate.ts';
import type { ProofReport } from './proof/report.ts';
import type { Comparison, Side } from './review/compare.ts';
import type { Starter } from './render/starter.ts';
import type { Snapshot } from './state/snapshot.ts';

export type { LockWait } from './adapters/file-lock.ts';
export type { Project, ProjectOptions } from './adapters/open-project.ts';
export type { ApplyEvent, ApplyProgress, ApplyResult } from './apply/apply.ts';
export type { Conduct } from './carry-out.ts';
export type { EvidenceFiles } from './evidence/evidence.ts';
export type { EventDocument } from './generated/event-document.ts';
export type { ListedKey, PreparedKeys } from './apply/keys.ts';
export type { ExportedKey } from './apply/export-key.ts';
export type { RecordResult } from './apply/record.ts';
export type { Status, StatusStep } from './apply/status.ts';
export type { Declared } from './compare.ts';
export type { Checked } from './compile.ts';
export type { Grants, Missing } from './plan/approval.ts';
export type { Proposal } from './propose.ts';
export type { Diagnostic, Place, Severity } from './kernel/report.ts';
export type { Json, JsonObject } from './kernel/json.ts';
export type { Action, Awaiting, CertificateEnd, Change, EdgeReading, Plan } from './plan/plan.ts';
export type { ArtifactSink } from './ports/artifact-sink.ts';
export type { FoundLock, LockRecord, UnlockRequest, UnreadableLock } from './ports/state-store.ts';
export type { World } from './ports/world.ts';
export type { Imported, Importing } from './import.ts';
export { fetchDocuments, type FetchedEvidence, type FetchRequest } from './live.ts';
export type { MutationReport } from './proof/mutate.ts';
export type { ProofReport } from './proof/report.ts';
export type { Comparison, Difference, Side } from './review/compare.ts';
export type { Snapshot, StateEntry } from './state/snapshot.ts';
export type { FormerState, HandOperation, HandRequest } from './apply/change-state.ts';
export { collectors, type CollectorScript } from './collect.ts';
export { collectedIn, diagnose, type Diagnosis } from './diagnosis.ts';
export { drift, driftOf, type Drifted } from './drift.ts';
export { isAccepted, isDrifted } from './review/drift.ts';
export type { Drift, DriftedAttribute, DriftedResource, EdgeFinding } from './review/drift.ts';
export { EXIT } from './kernel/exit.ts';
export { isError, Refusal } from './kernel/report.ts';
export { anotherName } from './kernel/another-name.ts';
export { nearest } from './kernel/suggest.ts';
export { Secret } from './kernel/secret.ts';
export { VERSION } from './kernel/version.ts';
export { visible } from './kernel/visible.ts';

/** A plan, with the check it came from. */
export type Planned = Required<Checked> & Proposal;

/** Opens the project that a topology belongs to. Reads the topology's files, nothing else. */
export async function openProject(options: ProjectOptions = {}): Promise<Project> {
  return (await import('./adapters/open-project.ts')).openProject(options);
}

/** Reads and checks a topology: diagnostics, and the graph where they allow one. */
export async function validate({ files, world }: Project): Promise<Checked> {
  return (await import('./compile.ts')).check(files, world);
}

/**
 * What would change, why, and what it widens, measured against `evidence` where it is given. Writes
 * nothing. Errors of the codes in `suffered` do not refuse it; such a plan cannot be applied.
 */
export async function plan(
  project: Project,
  {
    suffered = [],
    evidence = [],
  }: {
    readonly suffered?: readonly Diagnostic['code'][];
    readonly evidence?: readonly EvidenceFiles[];
  } = {},
): Promise<Checked | Planned> {
  const { check, isSound } = await import('./compile.ts');
  const checked = await check(project.files, project.world, suffered);
  if (!isSound(checked)) return checked;
  const { propose } = await import('./propose.ts');
  if (evidence.length === 0) return { ...checked, ...(await propose(checked, project.world)) };
  const { looked, diagnostics: found } = (await import('./look.ts')).look(evidence, checked);
  const diagnostics = [...checked.diagnostics, ...found];
  if (!looked) return { reading: checked.reading, diagnostics };
  const measured = { ...checked, diagnostics };
  return { ...measured, ...(await propose(measured, project.world, looked)) };
}

/** Takes `REV:PATH` apart and opens that topology; undefined for a word of another form. */
export async function openRevision(word: string): Promise<Project | undefined> {
  const { openRevision: opened, revisionOf } = await import('./adapters/git-project.ts');
  const revision = revisionOf(word);
  return revision && opened(revision, '.');
}

/** A topology as it is compared: what it declares, without state and keys. */
export async function declared(project: Project): Promise<Declared> {
  return (await import('./compare.ts')).declared(project);
}

/** A plan as it is compared: where it leads to. */
export async function sideOf(proposed: Plan): Promise<Side> {
  return (await import('./review/compare.ts')).sideOfPlan(proposed);
}

/** What differs from the one side to the other, and what that does to trust. */
export async function compare(before: Side, after: Side): Promise<Comparison> {
  return (await import('./review/compare.ts')).compare(before, after);
}

/** Reads a folder of a collector, several of them in one folder, or one document. */
export async function readEvidenceAt(place: string): Promise<readonly EvidenceFiles[]> {
  return (await import('./adapters/evidence-folder.ts')).readEvidenceAt(place);
}

/** Writes a topology of evidence, which no plan of it would change. */
export async function importTopology(
  importing: Importing,
): Promise<Imported | Pick<Imported, 'diagnostics'>> {
  return (await import('./import.ts')).importTopology(importing);
}

/** Whether a plan came out of a run. */
export function isPlanned(result: Checked | Planned): result is Planned {
  return 'plan' in result;
}

/** Checks every trust edge with tokens, from the bytes a plan would write or from those on disk. */
export async function prove(
  { world }: Project,
  planned: Planned,
  options: { readonly from: 'memory' | 'disk'; readonly digests: boolean },
): Promise<ProofReport> {
  const { proofInput } = await import('./proofs.ts');
  const { prove: proveEdges } = await import('./proof/prove.ts');
  return proveEdges(await proofInput(planned, world, options));
}

/** Alters every declared literal of the bundle, one at a time, and reports what notices. */
export async function mutate({ world }: Project, planned: Planned): Promise<MutationReport> {
  const { proofInput } = await import('./proofs.ts');
  const { mutate: mutateAll } = await import('./proof/mutate.ts');
  return mutateAll(await proofInput(planned, world, { from: 'memory', digests: false }));
}

/** Why a saved plan must not be applied now; empty when it may. */
export async function misfitsOf(saved: Plan, planned: Planned, now: Date): Promise<string[]> {
  return (await import('./plan/fit.ts')).misfits(saved, planned.plan, planned.snapshot, now);
}

/** What is still missing before a plan may be applied without a person; empty: nothing. */
export async function missingApprovals(
  proposed: Plan,
  grants: Grants,
): Promise<readonly Missing[]> {
  return (await import('./plan/approval.ts')).missingApprovals(proposed, grants);
}

/** Proves a plan, then writes what it says. */
export async function apply(
  project: Project,
  planned: Planned,
  conduct: Conduct,
): Promise<ApplyResult> {
  return (await import('./carry-out.ts')).carryOut(project, planned, conduct);
}

/** Refuses a plan of a project that was applied before and whose state is missing. */
export async function demandHistory({ world }: Project, { snapshot }: Planned): Promise<void> {
  await (await import('./propose.ts')).demandHistory(world, snapshot);
}

/** Makes the keys that a plan needs and that do not exist yet; with an error, none is made. */
export async function prepareKeys(
  { world }: Project,
  planned: Planned,
  progress?: (ready: number, of: number) => void,
): Promise<PreparedKeys & { readonly diagnostics: readonly Diagnostic[] }> {
  const { createReport } = await import('./kernel/report.ts');
  // Where the state is not, the keys that it names are not either: no second set of them.
  await (await import('./propose.ts')).demandHistory(world, planned.snapshot);
  const report = createReport(planned.reading.locate);
  const needs = { graph: planned.graph, installations: planned.subject.installations };
  const { prepareKeys: prepare } = await import('./apply/keys.ts');
  // Another run must not sweep what this one is writing.
  const lock = await world.state.lock('keys prepare');
  try {
    const keys = await prepare(needs, world, report, progress);
    return { ...keys, diagnostics: report.diagnostics };
  } finally {
    await lock.release();
  }
}

/** The keys that exist, by their public halves. */
export async function listKeys({ world }: Project): Promise<readonly ListedKey[]> {
  return (await import('./apply/keys.ts')).listKeys(world);
}

/** One key and its certificate as PFX bytes, in the form the deployment's servers can read. */
export async function exportKey(
  { world }: Project,
  { subject }: Required<Checked>,
  request: { readonly address: string; readonly password: Uint8Array },
): Promise<ExportedKey> {
  return (await import('./apply/export-key.ts')).exportKey(subject, world, request);
}

/** Takes receipts of scripts into the state. */
export async function record(
  { world }: Project,
  receipts: readonly { readonly file: string; readonly bytes: Uint8Array }[],
): Promise<RecordResult> {
  return (await import('./apply/record.ts')).record(receipts, world);
}

/**
 * Which steps of the last apply ran, and what is next, as far as state and receipts tell; and what
 * of that concerns one side, as a page of Markdown.
 */
export async function status(
  { world }: Project,
  planned: Planned,
  receipts: readonly { readonly file: string; readonly bytes: Uint8Array }[],
): Promise<{ readonly status: Status; handOut(side: string): string }> {
  return (await import('./follow.ts')).follow(planned, receipts, world);
}

/** The recorded state, its history, its way from and to other places, and the lock on it. */
export {
  changeState,
  currentState,
  lockRecord,
  pullState,
  pushState,
  recordedResource,
  stateHistory,
  unlock,
} from './keep.ts';

/** Whether a plan changes anything, the ends of named certificates, attributes that differ. */
export { alteredKeys, certificateEnds, isChange, isEmpty } from './plan/facts.ts';

/** The escapes of Markdown: for code spans, fences and tables. */
export { block, code, fenceAround, table } from './render/markdown.ts';

/** A plan as the bytes of its file. */
export async function sealPlan(proposed: Plan): Promise<Uint8Array> {
  return (await import('./plan/plan-file.ts')).writePlan(proposed);
}

/** Reads a saved plan; refuses one of which any byte is not as it was written. */
export async function unsealPlan(bytes: Uint8Array, file: string): Promise<Plan> {
  return (await import('./plan/plan-file.ts')).readPlan(bytes, file);
}

/** Writes a new file, whole or not at all; where one is there, it stays and this refuses. */
export async function writeNewFile(file: string, bytes: Uint8Array, mode: number): Promise<void> {
  return (await import('./adapters/given-file.ts')).writeGiven(file, bytes, mode);
}

/** Reads a state file. */
export async function readState(bytes: Uint8Array): Promise<Snapshot> {
  return (await import('./state/codec.ts')).readSnapshot(bytes);
}

/** The files of a new project, by path. */
export async function starterFiles(starter: Starter): Promise<Map<string, string>> {
  return (await import('./render/starter.ts')).starterFiles(starter);
}

/** The long stories of all diagnostic codes. */
export async function explanations(): Promise<Map<string, unknown>> {
  return new Map(Object.entries((await import('./generated/explanations.ts')).EXPLANATIONS));
}
