import { byAddress, byCodeUnit } from '../kernel/canonical.ts';
import type { NamedCertificates } from '../kernel/certificate.ts';
import { isError, type Diagnostic } from '../kernel/report.ts';
import { VERSION } from '../kernel/version.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import type { Awaiting, Change, Plan, PlanDigests, PlannedArtifact } from './plan.ts';
import { certificateEnds } from './facts.ts';
import { massChange } from './mass-change.ts';
import { checksumOf, PLAN_FORMAT } from './plan-file.ts';

/** Everything a plan is made of. */
export interface PlanParts {
  readonly name: string;
  readonly clock: Date;
  readonly snapshot: Snapshot | undefined;
  readonly digests: PlanDigests;
  readonly changes: readonly Change[];
  readonly trust: Plan['trust'];
  readonly certificates: NamedCertificates;
  /** Rendered files, path to SHA-256, the manifest among them. */
  readonly artifacts: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** The state is missing though the project has one. */
  readonly stateMissing: boolean;
}

/** Puts a plan together and, unless it is a preview, names it by its checksum. */
export function assemble(parts: PlanParts): Plan {
  const unknown = parts.changes.some(({ after_unknown }) => after_unknown.length > 0);
  const missing = [
    ...(parts.stateMissing ? (['state'] as const) : []),
    ...(unknown ? (['keys'] as const) : []),
  ];
  const complete = missing.length === 0 && !parts.diagnostics.some(isError);
  const plan: Omit<Plan, 'checksum'> = {
    format_version: PLAN_FORMAT,
    kind: 'plan',
    tool: VERSION,
    clock: parts.clock.toISOString().replace(/\.\d+Z$/, 'Z'),
    name: parts.name,
    lineage: parts.snapshot?.lineage ?? null,
    serial: parts.snapshot?.serial ?? 0,
    digests: parts.digests,
    complete,
    missing,
    summary: summarise(parts.changes),
    awaiting: awaitingOf(parts.snapshot, parts.changes),
    changes: parts.changes,
    trust: parts.trust,
    mass_change: massChange(parts.changes, parts.trust.edges),
    certificates: certificateEnds(parts.certificates),
    artifacts: plannedArtifacts(parts.artifacts, parts.snapshot?.artifacts ?? {}),
    diagnostics: parts.diagnostics,
  };
  return { ...plan, checksum: complete ? checksumOf(plan) : null };
}

function summarise(changes: readonly Change[]): Plan['summary'] {
  const summary = { ensure: 0, create: 0, update: 0, replace: 0, delete: 0, forget: 0, keep: 0 };
  for (const { actions } of changes) {
    const [first, second] = actions;
    if (second) summary.replace++;
    else if (first) summary[first]++;
  }
  return summary;
}

/** What was rendered and not recorded, unless this plan changes it anyway. */
function awaitingOf(snapshot: Snapshot | undefined, changes: readonly Change[]): Awaiting[] {
  const kept = new Set(
    changes.filter(({ actions }) => actions[0] === 'keep').map(({ address }) => address),
  );
  return (snapshot?.resources ?? [])
    .filter(entry => entry.held === 'server' || entry.script !== null)
    .flatMap(entry => waiting(entry, kept.has(entry.address)))
    .sort(byAddress);
}

function waiting(entry: StateEntry, kept: boolean): Awaiting[] {
  const { address, script, since, standing, claim } = entry;
  if (script === null) return [];
  if (standing === 'removing') return [{ address, script, since, standing }];
  const claimed = claim === undefined ? {} : { claim };
  return standing === 'rendered' && kept ? [{ address, script, since, standing, ...claimed }] : [];
}

function plannedArtifacts(
  rendered: ReadonlyMap<string, string>,
  written: Readonly<Record<string, string>>,
): PlannedArtifact[] {
  const paths = [...new Set([...rendered.keys(), ...Object.keys(written)])].sort(byCodeUnit);
  return paths.map(path => {
    const [is, was] = [rendered.get(path), written[path]];
    if (is === undefined) return { path, action: 'delete', sha256: was ?? '' };
    return {
      path,
      action: was === undefined ? 'create' : was === is ? 'keep' : 'update',
      sha256: is,
    };
  });
}
