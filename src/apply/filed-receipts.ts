import type { Report } from '../kernel/report.ts';
import { CLOCK_SKEW, type Snapshot } from '../state/snapshot.ts';
import type { FiledReceipt } from './judge-receipts.ts';
import { readReceipt, type ReceiptFile } from './receipt.ts';

/** The receipts of this project among some files; what is none, or another's, is reported. */
export function ownReceipts(
  files: readonly ReceiptFile[],
  snapshot: Snapshot | undefined,
  { report, now }: { readonly report: Report; readonly now: Date },
): FiledReceipt[] {
  return files
    .flatMap((file): FiledReceipt[] => {
      const receipt = readReceipt(file, report);
      return receipt ? [{ file: file.file, receipt }] : [];
    })
    .filter(one => isOurs(one, snapshot, report))
    .filter(one => isWhole(one, report) && hasHappened(one, now, report));
}

/** A script lies in the folder of its deployment, and its receipt says which that is. */
function isWhole({ file, receipt: { script, deployment } }: FiledReceipt, report: Report): boolean {
  if (script.startsWith(`${deployment}/`)) return true;
  const detail = `${file}: it is of ${script}, and says that its deployment is ${deployment}`;
  const help = 'copy the receipt of that script from its server again; move this file away';
  report.add('receipt/other-deployment', { detail, help });
  return false;
}

function isOurs(
  { file, receipt }: FiledReceipt,
  snapshot: Snapshot | undefined,
  report: Report,
): boolean {
  if (!snapshot || receipt.topology === snapshot.topology) return true;
  const detail = `${file}: it is for ${receipt.topology}, this project is ${snapshot.topology}`;
  report.add('receipt/foreign', { detail, help: 'move it to the project it belongs to' });
  return false;
}

/** Believed, it would outvote every true receipt until its day has come. */
function hasHappened({ file, receipt }: FiledReceipt, now: Date, report: Report): boolean {
  if (Date.parse(receipt.finished) <= now.getTime() + CLOCK_SKEW) return true;
  const here = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const detail = `${file}: ${receipt.script} ended at ${receipt.finished}, and it is ${here}`;
  const help = 'set the clock of that server, run the script again, and remove this file';
  report.add('receipt/future', { detail, help });
  return false;
}
