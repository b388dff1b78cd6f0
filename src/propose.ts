import type { Checked } from './compile.ts';
import { sha256 } from './kernel/canonical.ts';
import type { NamedCertificates } from './kernel/certificate.ts';
import { createReport, inSourceOrder, type Diagnostic } from './kernel/report.ts';
import type { Looked } from './look.ts';
import { assemble } from './plan/assemble.ts';
import { diff } from './plan/diff.ts';
import { reportFindings } from './plan/findings.ts';
import { leaving } from './plan/leaving.ts';
import type { Plan, PlanDigests } from './plan/plan.ts';
import { recall } from './plan/recall.ts';
import { readTrust } from './plan/trust.ts';
import type { World } from './ports/world.ts';
import type { Artifact } from './render/artifact.ts';
import { renderBundle } from './render/render.ts';
import { readSnapshot } from './state/codec.ts';
import { checkIdentity, checkName, readIdentity } from './state/project.ts';
import type { Snapshot } from './state/snapshot.ts';

/** A plan with everything it was made from and would write. */
export interface Proposal {
  readonly plan: Plan;
  readonly artifacts: readonly Artifact[];
  readonly snapshot: Snapshot | undefined;
  /** The same under the names that the topology uses today. */
  readonly recalled: Snapshot | undefined;
  /** What the check found, and what shows only beside the recorded state. */
  readonly diagnostics: readonly Diagnostic[];
  /** Digest of the stored state, by which a later write is refused if it moved. */
  readonly stateDigest: string | undefined;
}

/** Checked topology in, plan out, measured against what servers showed where that is given. */
export async function propose(
  checked: Required<Checked>,
  world: World,
  looked?: Looked,
): Promise<Proposal> {
  const { subject, graph, reading } = checked;
  const { topology, catalog, certificates } = subject;
  const { snapshot, stateDigest, stateMissing } = await readState(world, topology.name);
  const products = new Map([...topology.deployments.values()].map(one => [one.name, one.product]));
  const report = createReport(reading.locate);
  const recorded = recall(snapshot, topology);
  const seen = looked?.see(recorded.snapshot, report);
  const recalled = { ...recorded, snapshot: seen?.snapshot ?? recorded.snapshot };
  const comparison = { graph, catalog, products, ...recalled, sightings: seen?.sightings };
  const changes = diff(comparison);
  reportFindings({ graph, recalled, moves: topology.moved, changes }, report);
  const diagnostics = inSourceOrder([...checked.diagnostics, ...report.diagnostics]);
  const artifacts = renderBundle({ ...subject, graph, removing: leaving(comparison) });
  const plan = assemble({
    name: topology.name,
    clock: subject.now,
    snapshot: snapshot && recalled.snapshot,
    digests: digestsOf(checked, stateDigest, looked?.digests ?? []),
    changes,
    trust: readTrust(graph, recalled.snapshot, changes),
    certificates,
    artifacts: new Map(artifacts.map(one => [one.path, one.sha256])),
    diagnostics,
    stateMissing,
  });
  return { plan, artifacts, snapshot, recalled: recalled.snapshot, diagnostics, stateDigest };
}

/** Refuses where the project was applied before and its state is missing. */
export async function demandHistory(
  { state }: World,
  snapshot: Snapshot | undefined,
): Promise<void> {
  const identity = await state.readProject();
  checkIdentity(identity && readIdentity(identity), snapshot);
}

/** Without a state a plan is a preview; with the state of another project it is nothing. */
export async function readState(
  { state }: World,
  name: string,
): Promise<Pick<Proposal, 'snapshot' | 'stateDigest'> & { readonly stateMissing: boolean }> {
  const [stored, project] = [await state.read(), await state.readProject()];
  const snapshot = stored && readSnapshot(stored);
  const identity = project && readIdentity(project);
  if (identity && snapshot) checkIdentity(identity, snapshot);
  if (identity) checkName(identity, name);
  return {
    snapshot,
    stateDigest: stored && sha256(stored),
    stateMissing: stored === undefined && project !== undefined,
  };
}

function digestsOf(
  { reading, subject }: Required<Checked>,
  stateDigest: string | undefined,
  seen: PlanDigests['evidence'],
): PlanDigests {
  return {
    topology: reading.digests,
    state: stateDigest ?? null,
    evidence: [...evidenceDigests(subject.certificates), ...seen],
    templates: subject.catalog.digest,
  };
}

function evidenceDigests(certificates: NamedCertificates): PlanDigests['evidence'] {
  return certificates.flatMap(({ file, info }) => (info ? [{ file, sha256: info.sha256 }] : []));
}
