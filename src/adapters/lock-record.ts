import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { canonical } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { isObject, type Json } from '../kernel/json.ts';
import { Refusal } from '../kernel/report.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { readOwn } from './read-file.ts';

/** Who holds the lock, since when, what for and until when at least. */
export interface LockHolder extends ProcessIdentity {
  readonly id: string;
  readonly operation: string;
  /** The page of the CI run, where there is one. */
  readonly run: string;
  readonly created: string;
  readonly lease_until: string;
}

const ID = /^[0-9a-f]{4,32}$/;
const TEXTS = ['host', 'boot', 'started', 'operation', 'run', 'created', 'lease_until'] as const;
const OWN = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);

/** Who holds the lock at `path`; `undefined` when nobody does. */
export function readHolder(path: string): LockHolder | undefined {
  const found = lookAt(path);
  return found === 'unreadable' ? unreadable(path) : found;
}

/** The same for who only looks. */
export function lookAt(path: string): LockHolder | 'unreadable' | undefined {
  const bytes = readOwn(path);
  return bytes && (decode(bytes) ?? 'unreadable');
}

/**
 * Moves the end of a lease. Who releases a lock or takes it over puts another file in its place, or
 * none. Therefore this neither makes a file nor renames one: it writes into the very file in which
 * it has read its own id, and if that was replaced in between, what it writes goes nowhere. Only
 * the digits of the instant change, so that no reader finds half a record.
 */
export function renewLease(path: string, id: string, until: Date): void {
  const descriptor = openSync(path, OWN);
  try {
    const bytes = readFileSync(descriptor);
    const holder = decode(bytes);
    if (holder?.id !== id) return;
    const renewed = encodeHolder({ ...holder, lease_until: until.toISOString() });
    if (renewed.length === bytes.length) writeSync(descriptor, renewed, 0, renewed.length, 0);
  } finally {
    closeSync(descriptor);
  }
}

/** A holder as the lock file has it. */
export function encodeHolder(holder: LockHolder): Uint8Array {
  return Buffer.from(canonical(holder as unknown as Json) + '\n');
}

/** A holder in words. */
export function describeHolder({ id, host, pid, operation, created, run }: LockHolder): string {
  const where = run && ` (${run})`;
  return `${id}: ${operation} by process ${pid} on ${host} since ${created}${where}`;
}

function decode(bytes: Uint8Array): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isObject(value) || TEXTS.some(name => typeof value[name] !== 'string')) return undefined;
    const { id, pid, lease_until: lease } = value;
    // The id becomes part of a file name; a lease that is no instant would never end, or always.
    const good = typeof id === 'string' && ID.test(id) && typeof pid === 'number';
    const dated = !Number.isNaN(Date.parse(String(lease)));
    return good && dated ? (value as unknown as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(path: string): never {
  const detail = `${path} is there and does not say who holds it`;
  const help = `find out that nothing runs here, remove ${path}, then run the same command again`;
  throw new Refusal('lock/held', { detail, help }, EXIT.locked);
}
