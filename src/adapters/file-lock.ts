import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import type { FoundLock, StateLock, UnlockRequest } from '../ports/state-store.ts';
import { writeAtomic } from './atomic-write.ts';
import { namesIn, removeFile } from './folder.ts';
import {
  describeHolder,
  encodeHolder,
  lookAt,
  readHolder,
  renewLease,
  type LockHolder,
} from './lock-record.ts';
import { hasEnded, lifeOf, thisProcess } from './process-identity.ts';

/** How long to wait for a lock that is held, and who hears of it. */
export interface LockWait {
  /** Milliseconds; 0 refuses at once. */
  readonly timeout: number;
  /** Told once who holds the lock. */
  readonly tell: (found: string) => void;
}

/** What a lock needs of time. */
export interface LockTimer {
  /** Calls again and again until the returned function is called; keeps no process alive. */
  every(milliseconds: number, work: () => void): () => void;
  /** Returns when the time is over, or when the signal fires. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What a lock needs of the world. */
export interface LockContext {
  readonly now: () => Date;
  readonly random: (bytes: number) => Uint8Array;
  /** The page of the CI run, shown to whoever finds the lock held. */
  readonly run?: string;
  readonly wait?: LockWait;
  readonly timer?: LockTimer;
}

/** How long a holder counts as working after it was last heard of, and how often it is heard. */
const LEASE = 2 * 60_000;
const HEARTBEAT = 30_000;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 16_000;
const TRIES = 100;
const UNCHANGED = '; nothing was changed';

const SYSTEM_TIMER: LockTimer = {
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds).unref();
    return () => clearInterval(timer);
  },
  pause: (milliseconds, signal) =>
    pause(milliseconds, undefined, { ...(signal && { signal }) }).catch(() => {}),
};

/** Takes the lock at `path`, or throws a refusal that names its holder. */
export async function takeLock(
  path: string,
  operation: string,
  context: LockContext,
  signal?: AbortSignal,
): Promise<StateLock> {
  const { mine, dead } = await patiently(
    async () => {
      const mine = identify(operation, context);
      return { mine, dead: await acquire(path, mine, path) };
    },
    context,
    signal,
  );
  sweepClaims(path);
  const stop = beat(path, mine.id, context);
  return {
    ...(dead && { tookOver: describeHolder(dead) }),
    check: async () => demandOwn(path, mine.id),
    release: async () => {
      stop();
      release(path, mine.id);
    },
  };
}

/** Tries until it works, the time is over, or a signal comes: at least once. */
async function patiently<T>(
  attempt: () => Promise<T>,
  { wait, timer = SYSTEM_TIMER }: LockContext,
  signal?: AbortSignal,
): Promise<T> {
  let left = wait?.timeout ?? 0;
  for (let next = FIRST_PAUSE; ; next = Math.min(2 * next, LONGEST_PAUSE)) {
    try {
      return await attempt();
    } catch (error) {
      const held = error instanceof Refusal && error.diagnostic.code === 'lock/held';
      if (!held || left <= 0 || signal?.aborted) throw error;
      if (next === FIRST_PAUSE) wait?.tell(error.diagnostic.detail.replace(UNCHANGED, ''));
    }
    const rest = Math.min(next, left);
    await timer.pause(rest, signal);
    // Counted in pauses: a clock that is set meanwhile makes nobody wait longer.
    left -= rest;
  }
}

/** Renews the lease while the holder works. */
function beat(path: string, id: string, { now, timer = SYSTEM_TIMER }: LockContext): () => void {
  return timer.every(HEARTBEAT, () => {
    try {
      renewLease(path, id, leaseFrom(now()));
    } catch {
      // The lock is gone or the disk fails: the lease ends, and the holder's work finds out by
      // itself, before the next file and where the state is committed.
    }
  });
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE);
}

function demandOwn(path: string, id: string): void {
  const holder = readHolder(path);
  if (holder?.id === id) return;
  const found = holder ? `it is now ${describeHolder(holder)}` : 'no lock is held now';
  const help = 'look whether another run has finished the work: concordat plan';
  throw refuse('lock/lost', `somebody released this run's lock; ${found}`, help);
}

function identify(operation: string, { now, random, run = '' }: LockContext): LockHolder {
  const created = now();
  return {
    ...thisProcess(),
    id: Buffer.from(random(8)).toString('hex'),
    operation,
    run,
    created: created.toISOString(),
    lease_until: leaseFrom(created).toISOString(),
  };
}

/**
 * Makes `path` name this process. A dead holder is replaced only by the one process that owns the
 * claim named after that holder, so of many that find it dead one wins; a claim whose owner died is
 * taken over in the same way. Returns the dead holder, if there was one.
 */
async function acquire(
  path: string,
  mine: LockHolder,
  base: string,
): Promise<LockHolder | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await create(path, mine)) return undefined;
    const holder = readHolder(path);
    if (holder === undefined) continue;
    if (!hasEnded(holder)) throw held(holder);
    const claim = `${base}.${holder.id}`;
    await acquire(claim, mine, base);
    // Whoever took over before is named there now, and the claim is worth nothing.
    const still = readHolder(path)?.id === holder.id;
    if (still) await writeAtomic(path, encodeHolder(mine));
    release(claim, mine.id);
    if (still) return holder;
  }
  throw refuse('lock/held', `${path} changes hands all the time`, 'run the same command again');
}

async function create(path: string, mine: LockHolder): Promise<boolean> {
  try {
    await writeAtomic(path, encodeHolder(mine), { exclusive: true });
    return true;
  } catch (error) {
    const code = error instanceof Refusal ? error.diagnostic.code : undefined;
    // A holder that has just begun sweeps temporary files and claims, ours too, and the next may
    // stand where ours stood before it was read back: look again.
    const swept = code === 'write/taken' || code === 'write/vanished';
    if (swept || (code === 'write/failed' && isOfAnother(path, mine))) return false;
    throw error;
  }
}

function isOfAnother(path: string, mine: LockHolder): boolean {
  const holder = readHolder(path);
  return holder !== undefined && holder.id !== mine.id;
}

function release(path: string, id: string): void {
  if (readHolder(path)?.id === id) removeFile(path);
}

/** Removes claims that a killed takeover left; while the lock is held nobody needs one. */
function sweepClaims(path: string): void {
  const prefix = `${basename(path)}.`;
  for (const name of namesIn(dirname(path)).filter(one => one.startsWith(prefix))) {
    removeFile(join(dirname(path), name));
  }
}

/**
 * Releases a lock that another run holds, and says whose it was; with `ifExpired` only when its
 * lease has ended or its holder is known to be gone.
 */
export async function unlock(
  path: string,
  { id: given, ifExpired }: UnlockRequest,
  context: LockContext,
): Promise<string | undefined> {
  const found = readHolder(path);
  const id = given ?? found?.id;
  if (id === undefined) return undefined;
  demandReleasable(found, { id, ifExpired }, context);
  const mine = identify('unlock', context);
  const claim = `${path}.${id}`;
  await acquire(claim, mine, path);
  try {
    // Meanwhile its holder may have been heard of, or gone. Only the owner of its claim removes a
    // holder, so a later one cannot be hit.
    const holder = demandReleasable(readHolder(path), { id, ifExpired }, context);
    release(path, id);
    return describeHolder(holder);
  } finally {
    release(claim, mine.id);
  }
}

function demandReleasable(
  holder: LockHolder | undefined,
  { id, ifExpired }: { readonly id: string; readonly ifExpired: boolean },
  { now }: LockContext,
): LockHolder {
  if (holder?.id !== id) {
    const found = holder ? `the lock is ${describeHolder(holder)}` : 'no lock is held';
    throw refuse('lock/other', found, 'nothing was released; look again: concordat lock list');
  }
  if (!ifExpired || hasEnded(holder) || now() >= new Date(holder.lease_until)) return holder;
  const found = `the lease of ${describeHolder(holder)} lasts until ${holder.lease_until}`;
  const first =
    lifeOf(holder) === 'alive'
      ? `it still runs here, as process ${holder.pid}: wait for it, or end it first`
      : 'find out that it no longer runs';
  throw refuse('lock/in-use', found, `${first}, then: concordat unlock ${id}`);
}

/** What a lock says, and what can be told of its holder; `undefined` when nobody holds it. */
export function lockRecord(path: string): FoundLock | undefined {
  const found = lookAt(path);
  if (!found) return undefined;
  if (found === 'unreadable') return { file: path, holder: 'unknown' };
  const { boot: _boot, started: _started, ...told } = found;
  return { ...told, holder: lifeOf(found) };
}

function held(holder: LockHolder): Refusal {
  const found = `the lock is held by ${describeHolder(holder)}${UNCHANGED}`;
  const wait = 'wait for it, for example with --lock-timeout 5m';
  const help = `${wait}; if it no longer runs there: concordat unlock ${holder.id}`;
  return refuse('lock/held', found, help);
}

function refuse(code: Code, detail: string, help: string): Refusal {
  const exit = code === 'lock/other' ? EXIT.failed : EXIT.locked;
  return new Refusal(code, { detail, help }, exit);
}
