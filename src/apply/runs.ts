import { undoPath } from '../products/scripts.ts';
import type { Step } from '../render/steps.ts';
import type { FiledReceipt } from './judge-receipts.ts';
import type { Outcome, Receipt } from './receipt.ts';

/** One run of a step's script or of its undo twin, as its receipt tells it. */
export interface Run {
  readonly file: string;
  readonly script: string;
  readonly host: string;
  readonly user: string;
  readonly finished: string;
  /** Null where a script has no resource to tell of: a restart, a request that is awaited. */
  readonly result: Outcome['result'] | null;
}

/** The newest run of a step's script or of its twin; none where nothing is known. */
export function newestRun(step: Step, receipts: readonly FiledReceipt[]): Run[] {
  const scripts = [step.script, undoPath(step.script)];
  const ran = receipts.filter(({ receipt }) => scripts.includes(receipt.script));
  return ran.slice(-1).map(one => runOf(one, step));
}

/** Of these runs of a restart the newest on each server. */
export function newestOnEach(step: Step, receipts: readonly FiledReceipt[]): Run[] {
  const newest = new Map(receipts.map(one => [one.receipt.host.toLowerCase(), one]));
  return [...newest.values()].map(one => runOf(one, step));
}

function runOf({ file, receipt }: FiledReceipt, { address }: Step): Run {
  const { script, host, user, finished, resources } = receipt;
  const own = resources.find(one => one.address === address);
  return { file, script, host, user, finished, result: own?.result ?? null };
}

/**
 * The runs of a restart that count. As its script does, this takes only those of the script as it
 * is written now that began after the last change of its deployment; `later` are the scripts that
 * may change something after it. Receipts come from the oldest to the newest.
 */
export function countingRuns(
  { script, deployment }: Step,
  receipts: readonly FiledReceipt[],
  { written, later }: { readonly written: string | undefined; readonly later: readonly string[] },
): readonly FiledReceipt[] {
  const own = receipts.filter(({ receipt }) => receipt.deployment === deployment);
  const change = own.findLast(({ receipt }) => changes(receipt, later))?.receipt.finished;
  const changed = change === undefined ? 0 : Date.parse(change);
  return own.filter(
    ({ receipt }) =>
      receipt.script === script &&
      receipt.script_sha256?.toLowerCase() === written &&
      Date.parse(receipt.started) > changed,
  );
}

/** Whether a run may have changed something that servers learn when they are restarted. */
function changes({ script, resources }: Receipt, later: readonly string[]): boolean {
  return (
    !later.some(one => one === script || undoPath(one) === script) &&
    resources.some(({ result }) => result !== 'unchanged')
  );
}

/** Whether a run was on a server; a computer may know itself by its short name only. */
export function isOn({ host }: Pick<Receipt, 'host'>, server: string): boolean {
  const [known, declared] = [host.toLowerCase(), server.toLowerCase()];
  return known === declared || known === declared.split('.')[0];
}
