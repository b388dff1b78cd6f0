import type { RecordResult } from '../../index.ts';

/** What the receipts came to, resource by resource. */
export function humanRecording({ recorded, ignored, serial }: RecordResult): string {
  const size = Math.max(0, ...[...recorded, ...ignored].map(({ address }) => address.length));
  return [
    ...recorded.map(({ address, now, file }) => `${address.padEnd(size)}  ${now}  (${file})`),
    ...ignored.map(
      ({ address, why, file }) => `${address.padEnd(size)}  ignored: ${why}  (${file})`,
    ),
    `${recorded.length} recorded, ${ignored.length} ignored; state serial ${serial}`,
    '',
  ].join('\n');
}
