import type { Step } from '../render/steps.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import type { FiledReceipt, Verdict } from './judge-receipts.ts';
import { countingRuns, isOn, newestOnEach, newestRun, type Run } from './runs.ts';

/** What steps are judged by. */
export interface Evidence {
  readonly snapshot: Snapshot;
  /** This project's, oldest first, without dry runs. */
  readonly receipts: readonly FiledReceipt[];
  /** Of the newest receipt of each address. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

/** What state and receipts say of a step, whatever stands before it. */
export interface Fact {
  readonly status: 'done' | 'confirmed' | 'failed' | 'changed' | 'untold' | 'open';
  /** False where a receipt says more than the state does yet. */
  readonly recorded: boolean;
  /** Since when it stands so. */
  readonly since?: string;
  /** Why a person took it for done. */
  readonly reason?: string;
  /** Of the servers that it names, those on which it must still be run. */
  readonly remaining?: readonly string[];
  /** The runs that make it so, or the newest that does not. */
  readonly runs: readonly Run[];
}

/** What is known of a step that leaves nothing behind. */
export const UNTOLD: Fact = { status: 'untold', recorded: true, runs: [] };

/** What is known of a step that makes or removes something. */
export function resourceFact(step: Step, { snapshot, receipts, verdicts }: Evidence): Fact {
  const entry = snapshot.resources.find(one => one.address === step.address);
  const verdict = verdicts.get(step.address ?? '');
  const runs = newestRun(step, receipts);
  if (!entry) return { status: 'open', recorded: true, runs };
  const since = verdict?.claim.receipt.finished ?? entry.since;
  if (verdict?.kind === 'failed') return { status: 'failed', recorded: true, since, runs };
  if (verdict?.kind === 'recorded') {
    // The receipt of an undo script opens the step again.
    return { status: verdict.now === 'rendered' ? 'open' : 'done', recorded: false, since, runs };
  }
  const known = { recorded: true, since: entry.since, runs };
  if (entry.standing === 'deployed' || entry.standing === 'verified') {
    const reason = reasonOf(entry, snapshot);
    return reason === undefined
      ? { ...known, status: 'done' }
      : { ...known, status: 'confirmed', reason };
  }
  const outdated = entry.standing === 'rendered' && verdict?.kind === 'ignored' && made(verdict);
  return { ...known, status: outdated ? 'changed' : 'open' };
}

/** Why a person took it for made, where it stands so since then. */
function reasonOf(
  { address, since }: StateEntry,
  { by_hand: byHand }: Snapshot,
): string | undefined {
  const words = byHand.filter(one => one.did === 'confirm' && one.address === address);
  return words.find(one => one.at === since)?.reason;
}

/** Whether a receipt that counts no more tells of a run that made something. */
function made({ claim: { receipt, outcome } }: Verdict): boolean {
  const wrote = ['created', 'updated', 'unchanged'].includes(outcome.result);
  return wrote && !receipt.script.includes('/undo/');
}

/** What receipts say of a restart whose side is done with all before; `later` comes after it. */
export function restartFact(
  step: Step,
  later: readonly Step[],
  { snapshot, receipts }: Evidence,
): Fact {
  const written = snapshot.artifacts[step.script];
  const scripts = later.map(({ script }) => script);
  const counting = countingRuns(step, receipts, { written, later: scripts });
  const remaining = step.servers.filter(
    server => !counting.some(({ receipt }) => isOn(receipt, server)),
  );
  const known = { recorded: true, remaining, runs: newestOnEach(step, counting) };
  const since = counting.at(-1)?.receipt.finished;
  if (since !== undefined) {
    return { ...known, status: remaining.length === 0 ? 'done' : 'open', since };
  }
  const ran = receipts.filter(({ receipt }) => receipt.script === step.script);
  if (ran.length === 0) return { ...known, status: 'open' };
  return { ...known, status: 'changed', runs: newestOnEach(step, ran) };
}
