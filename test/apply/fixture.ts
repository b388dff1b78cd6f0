import { sha256 } from '../../src/kernel/canonical.ts';
import type { Snapshot, StateEntry } from '../../src/state/snapshot.ts';
import type { ApplyJob } from '../../src/apply/apply.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { artifactOf, type Artifact } from '../../src/render/artifact.ts';
import { Refusal } from '../../src/kernel/report.ts';

export const LINEAGE = '3f6c1a52-0b9e-4f0e-9a51-4c7f5b1f9d10';

/** Text files as artifacts. */
export function artifactsOf(files: Readonly<Record<string, string>>): Artifact[] {
  return Object.entries(files).map(([path, text]) =>
    artifactOf(path, new TextEncoder().encode(text)),
  );
}

/** A first set of files. */
export const FIRST = artifactsOf({
  'RUNBOOK.md': 'first',
  'lync/scripts/20-settings.ps1': 'same in both',
  'lync/scripts/40-partner-exchange.ps1': 'partner one',
  'lync/undo/40-partner-exchange.ps1': 'undo one',
  'manifest.json': '{"first":true}',
});

/** The set that follows it: one the same, two changed, one new, one gone. */
export const SECOND = artifactsOf({
  'RUNBOOK.md': 'second',
  'lync/scripts/20-settings.ps1': 'same in both',
  'lync/scripts/40-partner-exchange.ps1': 'partner two',
  'exchange/scripts/40-partner-lync.ps1': 'new',
  'manifest.json': '{"second":true}',
});

/** An entry of the state. */
export function entry(address: `partner/${string}`, more: Partial<StateEntry> = {}): StateEntry {
  return {
    address,
    kind: 'partner',
    deployment: address.split('/')[1] ?? '',
    product: 'lync-server-2013',
    held: 'server',
    standing: 'rendered',
    attributes: { level: 'full' },
    digest: sha256('{"level":"full"}'),
    script: 'lync/scripts/40-partner-exchange.ps1',
    since: '2030-01-01T00:00:00Z',
    ...more,
  };
}

/** The state after these artifacts were applied. */
export function snapshotOf(artifacts: readonly Artifact[], more: Partial<Snapshot> = {}): Snapshot {
  return {
    format_version: '1.0',
    lineage: LINEAGE,
    serial: 1,
    topology: 'litware',
    resources: [entry('partner/lync/exchange')],
    edges: [],
    artifacts: Object.fromEntries(artifacts.map(({ path, sha256 }) => [path, sha256])),
    applied: [],
    by_hand: [],
    ...more,
  };
}

/** A plan of which only what apply looks at is filled in. */
export function planOf(more: Partial<Plan> = {}): Plan {
  return {
    format_version: '1.0',
    kind: 'plan',
    tool: '0.1.0',
    clock: '2030-01-01T00:00:00Z',
    name: 'litware',
    lineage: null,
    serial: 0,
    digests: { topology: [], state: null, evidence: [], templates: '' },
    mass_change: [],
    complete: true,
    missing: [],
    summary: { ensure: 0, create: 0, update: 0, replace: 0, delete: 0, forget: 0, keep: 0 },
    awaiting: [],
    changes: [],
    trust: { reading: 'same', edges: [] },
    certificates: [],
    artifacts: [],
    diagnostics: [],
    checksum: 'c'.repeat(64),
    ...more,
  };
}

/** An apply of a first state. */
export function firstJob(more: Partial<ApplyJob> = {}): ApplyJob {
  return {
    plan: planOf(),
    artifacts: FIRST,
    next: snapshotOf(FIRST),
    expectState: undefined,
    prove: () => Promise.resolve(true),
    ...more,
  };
}

/** The apply that follows: `state` is what the first one stored. */
export function secondJob(state: Uint8Array | undefined, more: Partial<ApplyJob> = {}): ApplyJob {
  return firstJob({
    artifacts: SECOND,
    next: snapshotOf(SECOND, { serial: 2 }),
    expectState: state && sha256(state),
    ...more,
  });
}

/** The refusal that a run ends in: its code, exit code and words. */
export async function refusalOf(
  run: Promise<unknown>,
): Promise<{ code: string; exit: number; detail: string; help: string }> {
  try {
    await run;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, detail, help } = error.diagnostic;
    return { code, exit: error.exit, detail, help };
  }
  throw new Error('it was not refused');
}
