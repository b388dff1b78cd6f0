import type { Report } from '../kernel/report.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { FiledReceipt } from './judge-receipts.ts';
import { readReceipt, type ReceiptFile } from './receipt.ts';

/** The receipts of this project among some files; what is none, or another's, is reported. */
export function ownReceipts(
  files: readonly ReceiptFile[],
  snapshot: Snapshot | undefined,
  report: Report,
): FiledReceipt[] {
  return files
    .flatMap((file): FiledReceipt[] => {
      const receipt = readReceipt(file, report);
      return receipt ? [{ file: file.file, receipt }] : [];
    })
    .filter(one => isOurs(one, snapshot, report));
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
