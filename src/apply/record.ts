import { byAddress, sha256 } from '../kernel/canonical.ts';
import { createReport, type Diagnostic, type Report } from '../kernel/report.ts';
import type { World } from '../ports/world.ts';
import { readSnapshot, writeSnapshot } from '../state/codec.ts';
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
  { state }: World,
): Promise<RecordResult> {
  const lock = await state.lock('record');
  try {
    const stored = await state.read();
    const snapshot = stored && readSnapshot(stored);
    const project = await state.readProject();
    checkIdentity(project && readIdentity(project), snapshot);
    const report = createReport();
    const verdicts = judge(files, snapshot, report);
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
  report: Report,
): Verdict[] {
  const verdicts = judgeReceipts(ownReceipts(files, snapshot, report), snapshot);
  reportVerdicts(verdicts, snapshot, report);
  return verdicts;
}

/** The state with what was recorded; itself where that is nothing. */
function recordedIn(snapshot: Snapshot, verdicts: readonly Verdict[]): Snapshot {
  const changes = new Map<string, StateEntry[]>(
    verdicts.flatMap(verdict =>
      verdict.kind === 'recorded' ? [[verdict.claim.outcome.address, settled(verdict)]] : [],
    ),
  );
  if (changes.size === 0) return snapshot;
  const resources = snapshot.resources.flatMap(entry => changes.get(entry.address) ?? [entry]);
  return { ...snapshot, serial: snapshot.serial + 1, resources: resources.sort(byAddress) };
}

function settled({ claim, entry, ...verdict }: Verdict & { kind: 'recorded' }): StateEntry[] {
  if (!entry || verdict.now === 'gone') return [];
  // What a receipt shows is no claim any more.
  const { claim: _claimed, ...shown } = entry;
  const since = new Date(claim.receipt.finished).toISOString().replace(/\.\d+Z$/, 'Z');
  return [{ ...shown, standing: verdict.now, since }];
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
