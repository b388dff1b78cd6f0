import { byAddress, byCodeUnit, sha256 } from '../kernel/canonical.ts';
import { createReport, type Diagnostic, type Report } from '../kernel/report.ts';
import type { World } from '../ports/world.ts';
import { readSnapshot, STATE_FORMAT, writeSnapshot } from '../state/codec.ts';
import { checkIdentity, readIdentity } from '../state/project.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import { ownReceipts } from './filed-receipts.ts';
import {
  judgeReceipts,
  reportVerdicts,
  type Ignored,
  type Recorded,
  type Verdict,
} from './judge-receipts.ts';
import type { ReceiptFile } from './receipt.ts';

/** How recording ended; with an error among the diagnostics nothing was changed. */
export interface RecordResult {
  readonly recorded: readonly Recorded[];
  readonly ignored: readonly Ignored[];
  readonly diagnostics: readonly Diagnostic[];
  /** Serial of the state afterwards; 0 when nothing was ever applied. */
  readonly serial: number;
}

/** Takes receipts into the state. All of them are judged before anything is written. */
export async function record(
  files: readonly ReceiptFile[],
  { state, now }: Pick<World, 'state' | 'now'>,
): Promise<RecordResult> {
  const lock = await state.lock('record');
  try {
    const stored = await state.read();
    const snapshot = stored && readSnapshot(stored);
    const project = await state.readProject();
    checkIdentity(project && readIdentity(project), snapshot);
    const report = createReport();
    const verdicts = judge(files, snapshot, { report, now: now() });
    const next = report.failed || !snapshot ? snapshot : recordedIn(snapshot, verdicts);
    if (stored && next && next !== snapshot) await state.write(writeSnapshot(next), sha256(stored));
    return resultOf(verdicts, report, next?.serial ?? 0);
  } finally {
    await lock.release();
  }
}

function judge(
  files: readonly ReceiptFile[],
  snapshot: Snapshot | undefined,
  { report, now }: { readonly report: Report; readonly now: Date },
): Verdict[] {
  const verdicts = judgeReceipts(ownReceipts(files, snapshot, { report, now }), snapshot);
  reportVerdicts(verdicts, snapshot, report);
  return verdicts;
}

/** The state with what was recorded; itself where that is nothing. */
function recordedIn(snapshot: Snapshot, verdicts: readonly Verdict[]): Snapshot {
  const told = verdicts.flatMap(one => (one.kind === 'recorded' ? [one] : []));
  if (told.length === 0) return snapshot;
  const changes = new Map(told.map(verdict => [verdict.entry?.address, settled(verdict)]));
  const resources = snapshot.resources.flatMap(entry => changes.get(entry.address) ?? [entry]);
  const moments = [snapshot.as_of ?? '', ...told.map(({ claim }) => whole(claim.receipt.finished))];
  return {
    ...snapshot,
    format_version: STATE_FORMAT,
    as_of: moments.sort(byCodeUnit).at(-1) ?? '',
    serial: snapshot.serial + 1,
    resources: resources.sort(byAddress),
  };
}

function settled({ claim, entry, ...verdict }: Verdict & { kind: 'recorded' }): StateEntry[] {
  if (!entry || verdict.now === 'gone') return [];
  // What a receipt shows is no claim any more.
  const { claim: _claimed, ...shown } = entry;
  return [{ ...shown, standing: verdict.now, since: whole(claim.receipt.finished) }];
}

/** An instant in UTC, to the second. */
function whole(instant: string): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}

function resultOf(verdicts: readonly Verdict[], report: Report, serial: number): RecordResult {
  const of = ({ claim }: Verdict) => ({ address: claim.outcome.address, file: claim.file });
  return {
    recorded: verdicts.flatMap(one =>
      one.kind === 'recorded' && !report.failed ? [{ ...of(one), now: one.now }] : [],
    ),
    ignored: verdicts.flatMap(one =>
      one.kind === 'ignored' ? [{ ...of(one), why: one.why }] : [],
    ),
    diagnostics: report.diagnostics,
    serial,
  };
}
