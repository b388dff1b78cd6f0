import type { FoundLock, LockRecord, UnreadableLock } from '../../index.ts';
import { harmless } from './cells.ts';
import { wrap } from './wrap.ts';

const HOLDERS: Readonly<Record<LockRecord['holder'], string>> = {
  alive: 'still runs',
  gone: 'no longer runs; the next command takes the lock over',
  unknown: 'cannot be told from here: look there before you release it',
};

/** What is said when nobody holds the lock. */
export const NO_LOCK = 'No lock is held.\n';

/** The lock of a project for a person. */
export function humanLock(
  lock: FoundLock | undefined,
  { now, width }: { readonly now: Date; readonly width: number },
): string {
  if (!lock) return NO_LOCK;
  const [head, rows] = 'file' in lock ? unreadable(lock) : readable(lock, now);
  const lines = rows.map(([key, value]) =>
    wrap(harmless(value), `  ${key.padEnd('lease ends'.length)}  `, width),
  );
  return [harmless(head), ...lines].map(line => `${line}\n`).join('');
}

type Rows = readonly [head: string, rows: readonly (readonly [string, string])[]];

function readable(lock: LockRecord, now: Date): Rows {
  const { id, operation, host, pid, run, created, lease_until: lease, holder } = lock;
  const over = now >= new Date(lease);
  return [
    `${id}  ${operation}`,
    [
      ['process', `${pid} on ${host}; ${HOLDERS[holder]}`],
      ['since', created],
      ['lease ends', `${lease}${over ? ' (it has ended)' : ''}`],
      ...(run === '' ? [] : [['run', run] as const]),
      ['release', `concordat unlock ${id}${over ? ' --if-expired' : ''}`],
    ],
  ];
}

function unreadable({ file }: UnreadableLock): Rows {
  return [
    'unknown  the lock file does not say who holds it',
    [
      ['file', file],
      ['release', 'find out that nothing runs here, then remove that file'],
    ],
  ];
}

/** The same for machines: a list, which is empty when no lock is held. */
export function jsonLocks(lock: FoundLock | undefined): string {
  const locks = lock ? [lock] : [];
  return JSON.stringify({ format_version: FORMAT, locks }, null, 2) + '\n';
}

/** Since 1.1 there may be a lock that cannot be read: only its `file`, and an `unknown` holder. */
const FORMAT = '1.1';
