import fs, { readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock, unlock, type LockTimer } from '../../src/adapters/file-lock.ts';
import { readHolder } from '../../src/adapters/lock-record.ts';
import { countedRandom } from '../../src/adapters/memory.ts';
import { refusalOf } from '../apply/fixture.ts';
import { transpile } from '../campaign/transpile.mjs';
import { freshFolder } from './place.ts';

/** A clock and a timer that only the test moves. */
function handmade(start = '2030-01-01T12:00:00Z') {
  let now = new Date(start);
  let beat = (): void => undefined;
  let stopped = false;
  const pauses: number[] = [];
  const during: (() => unknown)[] = [];
  const timer: LockTimer = {
    every(milliseconds, work) {
      expect(milliseconds).toBe(30_000);
      beat = work;
      return () => void (stopped = true);
    },
    async pause(milliseconds) {
      pauses.push(milliseconds);
      await during.shift()?.();
    },
  };
  return {
    context: { now: () => now, random: countedRandom(), timer },
    at: (instant: string) => void (now = new Date(instant)),
    beat: () => beat(),
    stopped: () => stopped,
    pauses,
    during,
  };
}

const other = { now: () => new Date('2030-01-01T12:10:00Z'), random: countedRandom() };

describe('a lease', () => {
  it('lasts two minutes and is renewed every 30 seconds until the lock is released', async () => {
    const path = join(freshFolder(), 'lock');
    const hand = handmade();
    const lock = await takeLock(path, 'apply', hand.context);
    const before = readHolder(path);
    expect(before?.lease_until).toBe('2030-01-01T12:02:00.000Z');
    hand.at('2030-01-01T12:00:30Z');
    hand.beat();
    expect(readHolder(path)).toEqual({ ...before, lease_until: '2030-01-01T12:02:30.000Z' });
    await lock.check();
    await lock.release();
    expect(hand.stopped()).toBe(true);
    hand.beat();
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('that ended is lost to `unlock --if-expired`, and a heartbeat does not bring it back', async () => {
    const path = join(freshFolder(), 'lock');
    const hand = handmade();
    const lock = await takeLock(path, 'apply', hand.context);
    await unlock(path, { ifExpired: true }, other);
    hand.beat();
    expect(readdirSync(join(path, '..'))).toEqual([]);
    const lost = await refusalOf(lock.check());
    expect(lost).toMatchObject({ code: 'lock/lost', exit: 9 });
    expect(lost.detail).toContain('no lock is held now');

    const next = await takeLock(path, 'record', other);
    const bytes = readFileSync(path);
    hand.beat();
    expect(readFileSync(path)).toEqual(bytes);
    expect((await refusalOf(lock.check())).detail).toContain(': record by process');
    await lock.release();
    expect(readFileSync(path)).toEqual(bytes);
    await next.release();
  });

  it.each(['released', 'taken by another'])(
    'is not written where the lock is %s just before the heartbeat writes',
    async happens => {
      const path = join(freshFolder(), 'lock');
      const hand = handmade();
      await takeLock(path, 'apply', hand.context);
      const mine = readFileSync(path, 'utf8');
      const theirs = mine.replace(/"id":"\w+"/, '"id":"feedfacefeedface"');
      const { writeSync } = fs;
      let written = 0;
      fs.writeSync = ((...words: Parameters<typeof writeSync>) => {
        rmSync(path);
        if (happens !== 'released') fs.writeFileSync(path, theirs);
        written++;
        return writeSync(...words);
      }) as typeof writeSync;
      syncBuiltinESMExports();
      try {
        hand.at('2030-01-01T12:00:30Z');
        hand.beat();
      } finally {
        fs.writeSync = writeSync;
        syncBuiltinESMExports();
      }
      expect(written).toBe(1);
      if (happens === 'released') expect(readdirSync(join(path, '..'))).toEqual([]);
      else expect(readFileSync(path, 'utf8')).toBe(theirs);
    },
  );

  it('of a real process that renews without a pause never comes back once it was released', async () => {
    const code = transpile();
    const folder = freshFolder();
    const path = join(folder, 'lock');
    const holder = spawn(process.execPath, ['--input-type=module', '-e', restless(code, path)]);
    const heard = () =>
      new Promise<string>(said => holder.stdout.once('data', bytes => said(`${bytes}`)));
    try {
      for (let round = 0; round < 6; round++) {
        holder.stdin.write('take');
        const id = await heard();
        await unlock(path, { id, ifExpired: false }, other);
        const lock = await takeLock(path, 'record', other);
        const bytes = readFileSync(path);
        for (let look = 0; look < 10; look++) {
          await new Promise(setImmediate);
          expect(readFileSync(path)).toEqual(bytes);
        }
        await lock.release();
        expect(readdirSync(folder)).toEqual([]);
      }
    } finally {
      holder.kill('SIGKILL');
      rmSync(code, { recursive: true });
    }
  });
});

/** A holder whose clock runs, and whose heart beats as fast as it can. */
function restless(code: string, path: string): string {
  return `
    import { randomBytes } from 'node:crypto';
    import { takeLock } from '${code}/adapters/file-lock.js';
    import { readHolder } from '${code}/adapters/lock-record.js';
    const beats = [];
    const timer = { every: (_, work) => (beats.push(work), () => {}), pause: async () => {} };
    const context = { now: () => new Date(), random: randomBytes, timer };
    const beat = () => { for (const one of beats) one(); setImmediate(beat); };
    beat();
    process.stdin.on('data', async () => {
      await takeLock('${path}', 'apply', context);
      process.stdout.write(readHolder('${path}').id);
    });`;
}

describe('a lock that is held', () => {
  const waiting = (timeout: number, told: string[] = []) => ({
    wait: { timeout, tell: (found: string) => void told.push(found) },
  });

  it('is waited for with growing pauses, and its holder is named once', async () => {
    const path = join(freshFolder(), 'lock');
    const lock = await takeLock(path, 'apply', other);
    const hand = handmade();
    const told: string[] = [];
    hand.during.push(...[1, 2, 3, 4, 5, 6].map(() => undefined as never), () => lock.release());
    const context = { ...hand.context, ...waiting(300_000, told) };
    const mine = await takeLock(path, 'record', context);
    expect(hand.pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 16_000, 16_000]);
    expect(told).toEqual([expect.stringMatching(/the lock is held by \w+: apply by process/)]);
    expect(readHolder(path)?.operation).toBe('record');
    await mine.release();
  });

  it.each([
    [0, []],
    [500, [500]],
    [10_000, [1000, 2000, 4000, 3000]],
  ])('is refused by name after %i ms', async (timeout, pauses) => {
    const path = join(freshFolder(), 'lock');
    await takeLock(path, 'apply', other);
    const hand = handmade();
    const context = { ...hand.context, ...waiting(timeout) };
    const refusal = await refusalOf(takeLock(path, 'record', context));
    expect(refusal).toMatchObject({ code: 'lock/held', exit: 9 });
    expect(refusal.detail).toContain(`apply by process ${process.pid}`);
    expect(hand.pauses).toEqual(pauses);
  });

  it('is not waited for any longer when a signal comes', async () => {
    const path = join(freshFolder(), 'lock');
    await takeLock(path, 'apply', other);
    const hand = handmade();
    const stop = new AbortController();
    hand.during.push(() => stop.abort());
    const context = { ...hand.context, ...waiting(60_000) };
    const refusal = await refusalOf(takeLock(path, 'record', context, stop.signal));
    expect(refusal.code).toBe('lock/held');
    expect(hand.pauses).toEqual([1000]);
  });

  it('keeps nobody waiting in real time when a signal comes, or when the time is over', async () => {
    const path = join(freshFolder(), 'lock');
    await takeLock(path, 'apply', other);
    const hours = { ...other, ...waiting(3_600_000) };
    const stop = new AbortController();
    const refused = refusalOf(takeLock(path, 'record', hours, stop.signal));
    setImmediate(() => stop.abort());
    expect((await refused).code).toBe('lock/held');
    const short = { ...other, ...waiting(1) };
    expect((await refusalOf(takeLock(path, 'record', short))).code).toBe('lock/held');
  });
});
