import type { LockRecord } from '../../index.ts';
import { harmless } from './cells.ts';

const HOLDERS: Readonly<Record<LockRecord['holder'], string>> = {
  alive: 'still runs',
  gone: 'no longer runs; the next command takes the lock over',
  unknown: 'cannot be told from here: look there before you release it',
};

/** What is said when nobody holds the lock. */
export const NO_LOCK = 'No lock is held.\n';

/** The lock of a project for a person. */
export function humanLock(lock: LockRecord | undefined, now: Date): string {
  if (!lock) return NO_LOCK;
  const { id, operation, host, pid, run, created, lease_until: lease, holder } = lock;
  const over = now >= new Date(lease);
  const lines = [
    `${id}  ${operation}`,
    `  process     ${pid} on ${host}; ${HOLDERS[holder]}`,
    `  since       ${created}`,
    `  lease ends  ${lease}${over ? ' (it has ended)' : ''}`,
    ...(run === '' ? [] : [`  run         ${run}`]),
    `  release     concordat unlock ${id}${over ? ' --if-expired' : ''}`,
  ];
  return lines.map(line => `${harmless(line)}\n`).join('');
}

/** The same for machines: a list, which is empty when no lock is held. */
export function jsonLocks(lock: LockRecord | undefined): string {
  return JSON.stringify({ format_version: '1.0', locks: lock ? [lock] : [] }, null, 2) + '\n';
}
