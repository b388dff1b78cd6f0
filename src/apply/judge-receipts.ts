import { byCodeUnit } from '../kernel/canonical.ts';
import type { Report } from '../kernel/report.ts';
import { removalPath, undoPath } from '../products/scripts.ts';
import { CLOCK_SKEW, type Snapshot, type StateEntry } from '../state/snapshot.ts';
import type { Outcome, Receipt } from './receipt.ts';

/** What recording made of one resource that a receipt names. */
export interface Recorded {
  readonly address: string;
  readonly file: string;
  /** `gone`: its removal is recorded; `rendered`: an undo script took it back. */
  readonly now: 'deployed' | 'gone' | 'rendered';
}

/** What recording left as it was, and why. */
export interface Ignored {
  readonly address: string;
  readonly file: string;
  readonly why: string;
}

/** A receipt with the file it was read from. */
export interface FiledReceipt {
  readonly file: string;
  readonly receipt: Receipt;
}

/** What one receipt comes to for one resource. */
export type Verdict = { readonly claim: Claim; readonly entry: StateEntry | undefined } & Decision;

interface Claim extends FiledReceipt {
  readonly outcome: Outcome;
}

type Decision =
  | { readonly kind: 'recorded'; readonly now: Recorded['now'] }
  | { readonly kind: 'ignored' | 'unknown' | 'misplaced' | 'failed'; readonly why: string };

/** Judges receipts against the state. For each resource only the newest receipt speaks. */
export function judgeReceipts(
  receipts: readonly FiledReceipt[],
  snapshot: Snapshot | undefined,
): Verdict[] {
  const entries = new Map<string, StateEntry>(
    (snapshot?.resources ?? []).flatMap(one => [
      ...(one.formerly ?? []).map(({ address }) => [address, one] as const),
      [one.address, one] as const,
    ]),
  );
  const claims = [...receipts].sort(byAge).flatMap(claimsOf);
  const called = (address: string): string => entries.get(address)?.address ?? address;
  const newest = new Map(claims.map(claim => [called(claim.outcome.address), claim]));
  const latest = latestIn(snapshot);
  return claims.map(claim => {
    const entry = entries.get(claim.outcome.address);
    const speaks = newest.get(called(claim.outcome.address)) === claim;
    return { claim, entry, ...(speaks ? decide(claim, entry, latest) : superseded) };
  });
}

/** The last moment that a state speaks of. */
function latestIn(snapshot: Snapshot | undefined): string | undefined {
  const { resources = [], as_of } = snapshot ?? {};
  const moments = [...resources.map(({ since }) => since), ...(as_of === undefined ? [] : [as_of])];
  return moments.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
}

const removalDue = ignored('its removal is due');
const superseded = ignored('a newer receipt speaks for it');

/** Orders receipts from the oldest to the newest. */
export function byAge(a: FiledReceipt, b: FiledReceipt): number {
  const age = Date.parse(a.receipt.finished) - Date.parse(b.receipt.finished);
  return age || byCodeUnit(a.file, b.file);
}

function claimsOf({ file, receipt }: FiledReceipt): Claim[] {
  return receipt.dry_run ? [] : receipt.resources.map(outcome => ({ file, receipt, outcome }));
}

function decide(
  { receipt, outcome }: Claim,
  entry: StateEntry | undefined,
  latest: string | undefined,
): Decision {
  const { result } = outcome;
  if (!entry) {
    if (result === 'removed') return ignored('it is gone already');
    // Servers keep receipts of former runbooks; a state set back knows nothing as late as these.
    const isHistory = latest !== undefined && Date.parse(receipt.finished) <= Date.parse(latest);
    return isHistory ? ignored(`it ran before ${latest}, and is not declared any more`) : unknown;
  }
  if (Date.parse(receipt.finished) < Date.parse(entry.since) - CLOCK_SKEW) {
    return ignored(`it ran before ${entry.since}, since when this is ${entry.standing}`);
  }
  if (outcome.digest !== entry.digest) return ignored('it ran for attributes declared earlier');
  if (!mayMake(receipt.script, entry)) {
    if (entry.standing === 'removing') return removalDue;
    return { kind: 'misplaced', why: `this resource is made by ${entry.script ?? 'no script'}` };
  }
  if (result === 'failed') return { kind: 'failed', why: `${receipt.script} failed` };
  if (entry.standing === 'removing') {
    return result === 'removed' ? { kind: 'recorded', now: 'gone' } : removalDue;
  }
  const undone = result === 'removed' || receipt.script.includes('/undo/');
  return stand(entry, undone ? 'rendered' : 'deployed');
}

/** Whether a script is the one of a resource, the one that removes it, or the twin of either. */
function mayMake(script: string, { address, script: own, formerly = [] }: StateEntry): boolean {
  const scripts = [{ address, script: own }, ...formerly].flatMap(name => [
    ...(name.script === null ? [] : [name.script]),
    removalPath(name.address),
  ]);
  return scripts.some(one => script === one || script === undoPath(one));
}

function stand(entry: StateEntry, now: 'rendered' | 'deployed'): Decision {
  // Evidence from the server says more than the receipt of a script.
  const known = entry.standing === now || (entry.standing === 'verified' && now === 'deployed');
  return known ? ignored(`it is ${entry.standing} already`) : { kind: 'recorded', now };
}

function ignored(why: string): Decision {
  return { kind: 'ignored', why };
}

const unknown: Decision = { kind: 'unknown', why: 'the state holds no such resource' };

/** Adds what the verdicts say to a report. */
export function reportVerdicts(
  verdicts: readonly Verdict[],
  snapshot: Snapshot | undefined,
  report: Report,
): void {
  for (const { claim, ...verdict } of verdicts) {
    const { address } = claim.outcome;
    const where = `${claim.file}: ${claim.receipt.script} on ${claim.receipt.host}`;
    if (verdict.kind === 'unknown') {
      const help = 'bring the right state back, or move the file away if it is history';
      report.add('receipt/unknown', { detail: `${where}: ${verdict.why}`, help, address });
    } else if (verdict.kind === 'misplaced') {
      const help = 'run the script that is written now and record its receipt; remove this file';
      report.add('receipt/misplaced', { detail: `${where}: ${verdict.why}`, help, address });
    } else if (verdict.kind === 'failed') {
      const help = 'read its output on the server, mend the cause, run it again and record that';
      report.add('receipt/failed', { detail: `${where}: ${verdict.why}`, help, address });
    } else if (verdict.kind === 'recorded' && ranOther(claim.receipt, snapshot)) {
      const help = 'compare what ran with the artifact of that name';
      const detail = `${where}: its SHA-256 is ${claim.receipt.script_sha256 ?? ''}`;
      report.add('receipt/other-script', { detail, help, address });
    }
  }
}

function ranOther(
  { script, script_sha256: ran }: Receipt,
  snapshot: Snapshot | undefined,
): boolean {
  const written = snapshot?.artifacts[script];
  return written !== undefined && ran !== null && ran.toLowerCase() !== written;
}
