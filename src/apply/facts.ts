import type { Step } from '../render/steps.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import type { FiledReceipt, Verdict } from './judge-receipts.ts';
import { countingRuns, isOn } from './runs.ts';

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
}

/** What a step leaves that makes or removes something. */
export function resourceFact(address: string, { snapshot, verdicts }: Evidence): Fact {
  const entry = snapshot.resources.find(one => one.address === address);
  const verdict = verdicts.get(address);
  if (!entry) return { status: 'open', recorded: true };
  if (verdict?.kind === 'recorded') return reported(verdict);
  if (verdict?.kind === 'failed') {
    return { status: 'failed', recorded: true, since: verdict.claim.receipt.finished };
  }
  const { since, standing } = entry;
  if (standing === 'deployed' || standing === 'verified') return madeFact(entry, snapshot);
  const outdated = standing === 'rendered' && verdict?.kind === 'ignored' && made(verdict);
  return { status: outdated ? 'changed' : 'open', recorded: true, since };
}

/** A receipt lies there that the state does not know; of an undo script the step is open again. */
function reported({ claim, now }: Verdict & { readonly kind: 'recorded' }): Fact {
  const status = now === 'rendered' ? 'open' : 'done';
  return { status, recorded: false, since: claim.receipt.finished };
}

function madeFact({ address, since }: StateEntry, { by_hand: byHand }: Snapshot): Fact {
  const word = byHand.find(
    one => one.did === 'confirm' && one.address === address && one.at === since,
  );
  return word
    ? { status: 'confirmed', recorded: true, since, reason: word.reason }
    : { status: 'done', recorded: true, since };
}

/** Whether a receipt that counts no more tells of a run that made something. */
function made({ claim: { receipt, outcome } }: Verdict): boolean {
  const wrote = ['created', 'updated', 'unchanged'].includes(outcome.result);
  return wrote && !receipt.script.includes('/undo/');
}

/** What the receipts say of a restart; `later` are scripts of its side that come after it. */
export function restartFact(
  step: Step,
  later: readonly string[],
  { snapshot, receipts }: Evidence,
): Fact {
  const written = snapshot.artifacts[step.script];
  const counting = countingRuns(step, receipts, { written, later });
  const remaining = step.servers.filter(server => !counting.some(one => isOn(one, server)));
  const since = counting.at(-1)?.finished;
  if (since !== undefined && remaining.length === 0) {
    return { status: 'done', recorded: true, since };
  }
  const hasRun = receipts.some(({ receipt }) => receipt.script === step.script);
  const status = hasRun && counting.length === 0 ? 'changed' : 'open';
  return { status, recorded: true, remaining };
}
