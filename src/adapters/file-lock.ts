import { basename, dirname, join } from 'node:path';
import { canonical } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { isObject, type Json } from '../kernel/json.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import { writeAtomic } from './atomic-write.ts';
import { namesIn, removeFile } from './folder.ts';
import { hasEnded, thisProcess, type ProcessIdentity } from './process-identity.ts';
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

/** What a lock needs of the world. */
export interface LockContext {
  readonly now: () => Date;
  readonly random: (bytes: number) => Uint8Array;
  /** The page of the CI run, shown to whoever finds the lock held. */
  readonly run?: string;
}

/** A lock that is held. */
export interface HeldLock {
  /** The dead holder it was taken over from, in words. */
  readonly tookOver?: string;
  release(): Promise<void>;
}

const LEASE = 60 * 60 * 1000;
const TRIES = 100;
const ID = /^[0-9a-f]{4,32}$/;

/** Takes the lock at `path` or throws a refusal that names its holder. */
export async function takeLock(
  path: string,
  operation: string,
  context: LockContext,
): Promise<HeldLock> {
  const mine = identify(operation, context);
  const dead = await acquire(path, mine, path);
  sweepClaims(path);
  return {
    ...(dead && { tookOver: describe(dead) }),
    release: async () => release(path, mine.id),
  };
}

function identify(operation: string, { now, random, run = '' }: LockContext): LockHolder {
  const created = now();
  return {
    ...thisProcess(),
    id: Buffer.from(random(8)).toString('hex'),
    operation,
    run,
    created: created.toISOString(),
    lease_until: new Date(created.getTime() + LEASE).toISOString(),
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
    if (still) await writeAtomic(path, encode(mine));
    release(claim, mine.id);
    if (still) return holder;
  }
  throw refuse('lock/held', `${path} changes hands all the time`, 'run the same command again');
}

async function create(path: string, mine: LockHolder): Promise<boolean> {
  try {
    await writeAtomic(path, encode(mine), { exclusive: true });
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

/** Releases somebody else's lock by its id; with `ifExpired` only after its lease. */
export async function unlock(
  path: string,
  { id, ifExpired }: { readonly id: string; readonly ifExpired: boolean },
  context: LockContext,
): Promise<LockHolder> {
  const holder = readHolder(path);
  if (holder?.id !== id) {
    const found = holder ? `the lock is ${describe(holder)}` : 'no lock is held';
    throw refuse('lock/other', found, 'nothing was released; check the id');
  }
  if (ifExpired && context.now() < new Date(holder.lease_until)) {
    const help = `find out that it no longer runs, then: concordat unlock ${id}`;
    throw refuse('lock/in-use', `the lease of ${describe(holder)} has not ended`, help);
  }
  const mine = identify('unlock', context);
  const claim = `${path}.${id}`;
  await acquire(claim, mine, path);
  // Only the owner of its claim removes a holder, so a later holder cannot be hit.
  release(path, id);
  release(claim, mine.id);
  return holder;
}

/** Who holds the lock at `path`; `undefined` when nobody does. */
export function readHolder(path: string): LockHolder | undefined {
  const bytes = readOwn(path);
  if (!bytes) return undefined;
  return decode(new TextDecoder().decode(bytes)) ?? unreadable(path);
}

function decode(text: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const { id, pid } = isObject(value) ? value : {};
    // The id becomes part of a file name.
    const good = typeof id === 'string' && ID.test(id) && typeof pid === 'number';
    return good ? (value as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(path: string): never {
  const help = `find out that nothing runs here, remove ${path}, then run the same command again`;
  throw refuse('lock/held', `${path} is there and does not say who holds it`, help);
}

function encode(holder: LockHolder): Uint8Array {
  return Buffer.from(canonical(holder as unknown as Json) + '\n');
}

/** A holder in words. */
export function describe({ id, host, pid, operation, created, run }: LockHolder): string {
  const where = run && ` (${run})`;
  return `${id}: ${operation} by process ${pid} on ${host} since ${created}${where}`;
}

function held(holder: LockHolder): Refusal {
  const help = `wait for it; if it no longer runs there: concordat unlock ${holder.id}`;
  return refuse('lock/held', `the lock is held by ${describe(holder)}; nothing was changed`, help);
}

function refuse(code: Code, detail: string, help: string): Refusal {
  const exit = code === 'lock/other' ? EXIT.failed : EXIT.locked;
  return new Refusal(code, { detail, help }, exit);
}
