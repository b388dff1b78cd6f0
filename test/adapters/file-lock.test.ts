import { spawn, spawnSync } from 'node:child_process';
import fs, { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockRecord, takeLock, unlock } from '../../src/adapters/file-lock.ts';
import {
  encodeHolder,
  readHolder,
  renewLease,
  type LockHolder,
} from '../../src/adapters/lock-record.ts';
import { countedRandom } from '../../src/adapters/memory.ts';
import { hasEnded, thisProcess } from '../../src/adapters/process-identity.ts';
import { refusalOf } from '../apply/fixture.ts';
import { freshFolder } from './place.ts';
import { lockRounds } from '../support/lock-rounds.mjs';

const NOW = new Date('2030-01-01T12:00:00Z');
const context = { now: () => NOW, random: countedRandom(), run: 'https://ci.example/run/7' };
const linux = existsSync('/proc/self/stat');

/** A lock as another process would have left it. */
function leave(path: string, holder: Partial<LockHolder>): LockHolder {
  const whole: LockHolder = {
    ...thisProcess(),
    id: 'feedfacefeedface',
    operation: 'apply',
    run: '',
    created: '2030-01-01T11:00:00.000Z',
    lease_until: '2030-01-01T12:30:00.000Z',
    ...holder,
  };
  writeFileSync(path, encodeHolder(whole));
  return whole;
}

/** A process number that belonged to a process which has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('a lock that is free', () => {
  it('is taken and released, and leaves nothing', async () => {
    const folder = freshFolder();
    const lock = await takeLock(join(folder, 'lock'), 'apply', context);
    expect(lock.tookOver).toBeUndefined();
    expect(readHolder(join(folder, 'lock'))).toMatchObject({
      operation: 'apply',
      pid: process.pid,
      host: hostname(),
      created: '2030-01-01T12:00:00.000Z',
      lease_until: '2030-01-01T12:02:00.000Z',
      run: 'https://ci.example/run/7',
    });
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a lock that is held', () => {
  it('refuses with exit 9 and names holder and next command (lock/held)', async () => {
    const path = join(freshFolder(), 'lock');
    await takeLock(path, 'apply', context);
    const refusal = await refusalOf(takeLock(path, 'record', context));
    expect(refusal).toMatchObject({ code: 'lock/held', exit: 9 });
    const id = readHolder(path)?.id ?? '';
    expect(refusal.detail).toContain(`apply by process ${process.pid} on ${hostname()}`);
    expect(refusal.detail).toContain('https://ci.example/run/7');
    expect(refusal.help).toContain(`concordat unlock ${id}`);
  });

  it.each([
    ['another host', { host: 'elsewhere' }],
    ['another boot or container', { boot: 'another' }],
  ])('by a process of %s is never taken over by itself', async (_, holder) => {
    const path = join(freshFolder(), 'lock');
    leave(path, { ...holder, pid: deadProcess() });
    expect((await refusalOf(takeLock(path, 'apply', context))).code).toBe('lock/held');
  });

  it('by nobody that can be read is not taken over either', async () => {
    const path = join(freshFolder(), 'lock');
    const whole = leave(path, {});
    const texts = [
      ...['', '{}', '{"id":"../../victim","pid":1}', '{"id":"ab12"}'],
      ...[{ id: '../victim' }, { pid: '1' }, { lease_until: 'never' }, { run: 7 }].map(part =>
        JSON.stringify({ ...whole, ...part }),
      ),
    ];
    for (const text of texts) {
      writeFileSync(path, text);
      const refusal = await refusalOf(takeLock(path, 'apply', context));
      expect(refusal.code).toBe('lock/held');
      expect(refusal.help).toContain(`remove ${path}`);
    }
  });
});

describe('a lock whose holder has ended', () => {
  it('is taken over at once, and the dead one is named', async () => {
    const folder = freshFolder();
    const path = join(folder, 'lock');
    const dead = leave(path, { pid: deadProcess() });
    const lock = await takeLock(path, 'apply', context);
    expect(lock.tookOver).toContain(`feedfacefeedface: apply by process ${dead.pid}`);
    expect(readdirSync(folder)).toEqual(['lock']);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!linux)('is taken over when its number belongs to another process now', async () => {
    const path = join(freshFolder(), 'lock');
    leave(path, { pid: process.pid, started: '1' });
    expect((await takeLock(path, 'apply', context)).tookOver).toBeDefined();
  });

  it.skipIf(!linux)('is taken over when it waits, dead, to be noticed by its parent', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30']);
    const text = await new Promise<string>(heard => parent.stdout.once('data', heard));
    const pid = Number(String(text));
    await expect
      .poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0], {
        timeout: 20_000,
      })
      .toBe('Z');
    expect(hasEnded({ ...thisProcess(), pid })).toBe(true);
    parent.kill();
  });

  it('is taken over although an earlier takeover was killed half way', async () => {
    const folder = freshFolder();
    const path = join(folder, 'lock');
    leave(path, { pid: deadProcess(), id: 'aaaa' });
    leave(`${path}.aaaa`, { pid: deadProcess(), id: 'bbbb' });
    leave(`${path}.bbbb`, { pid: deadProcess(), id: 'cccc' });
    const lock = await takeLock(path, 'apply', context);
    expect(lock.tookOver).toContain('aaaa');
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not taken over while somebody else is at it', async () => {
    const path = join(freshFolder(), 'lock');
    leave(path, { pid: deadProcess(), id: 'aaaa' });
    leave(`${path}.aaaa`, { id: 'bbbb' });
    const refusal = await refusalOf(takeLock(path, 'apply', context));
    expect(refusal.detail).toContain('held by bbbb');
  });

  it('is not taken over where somebody else is at it before our claim is read back', async () => {
    const path = join(freshFolder(), 'lock');
    leave(path, { pid: deadProcess(), id: 'aaaa' });
    const { linkSync } = fs;
    fs.linkSync = (from, to) => {
      linkSync(from, to);
      // The holder that is there by now sweeps claims, and the next process makes its own.
      leave(path, { id: 'bbbb' });
      rmSync(to);
      leave(`${path}.aaaa`, { id: 'cccc' });
    };
    syncBuiltinESMExports();
    const refusal = await refusalOf(takeLock(path, 'apply', context)).finally(() => {
      fs.linkSync = linkSync;
      syncBuiltinESMExports();
    });
    expect(refusal.code).toBe('lock/held');
  });
});

describe('unlock', () => {
  it('releases exactly the lock it is given', async () => {
    const folder = freshFolder();
    const path = join(folder, 'lock');
    leave(path, { host: 'elsewhere' });
    const released = await unlock(path, { id: 'feedfacefeedface', ifExpired: false }, context);
    expect(released).toContain('feedfacefeedface: apply by process');
    expect(released).toContain('on elsewhere');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('releases no other lock, and none where none is (lock/other)', async () => {
    const path = join(freshFolder(), 'lock');
    const wish = { id: '0123', ifExpired: false };
    expect((await refusalOf(unlock(path, wish, context))).code).toBe('lock/other');
    leave(path, { host: 'elsewhere' });
    expect((await refusalOf(unlock(path, wish, context))).code).toBe('lock/other');
    expect(readHolder(path)?.host).toBe('elsewhere');
  });

  it('waits for the end of the lease where it is told to (lock/in-use)', async () => {
    const path = join(freshFolder(), 'lock');
    leave(path, { host: 'elsewhere' });
    const wish = { id: 'feedfacefeedface', ifExpired: true };
    expect((await refusalOf(unlock(path, wish, context))).code).toBe('lock/in-use');
    const later = { ...context, now: () => new Date('2030-01-01T12:30:00Z') };
    await unlock(path, wish, later);
    expect(readHolder(path)).toBeUndefined();
  });

  it('does not wait for the lease of a holder that is known to be gone', async () => {
    const path = join(freshFolder(), 'lock');
    leave(path, { pid: deadProcess(), lease_until: '2030-01-01T18:00:00.000Z' });
    expect(await unlock(path, { ifExpired: true }, context)).toContain('feedfacefeedface');
    expect(readHolder(path)).toBeUndefined();
  });

  it('without an id releases what has expired, refuses what has not, and tells if none is', async () => {
    const path = join(freshFolder(), 'lock');
    const wish = { ifExpired: true };
    expect(await unlock(path, wish, context)).toBeUndefined();
    leave(path, { host: 'elsewhere' });
    const refusal = await refusalOf(unlock(path, wish, context));
    expect(refusal).toMatchObject({ code: 'lock/in-use', exit: 9 });
    expect(refusal.detail).toContain('on elsewhere');
    expect(refusal.detail).toContain('lasts until 2030-01-01T12:30:00.000Z');
    leave(path, { host: 'elsewhere', lease_until: '2030-01-01T12:00:00.000Z' });
    expect(await unlock(path, wish, context)).toContain('on elsewhere');
    expect(readHolder(path)).toBeUndefined();
  });

  it('leaves a holder that was heard of while it was at it', async () => {
    const path = join(freshFolder(), 'lock');
    leave(path, { host: 'elsewhere', lease_until: '2030-01-01T11:00:00.000Z' });
    const { linkSync } = fs;
    fs.linkSync = (from, to) => {
      // The claim is made: between the first look at the lease and the second.
      renewLease(path, 'feedfacefeedface', new Date('2030-01-01T12:02:00Z'));
      linkSync(from, to);
    };
    syncBuiltinESMExports();
    const refusal = await refusalOf(unlock(path, { ifExpired: true }, context)).finally(() => {
      fs.linkSync = linkSync;
      syncBuiltinESMExports();
    });
    expect(refusal.code).toBe('lock/in-use');
    expect(readHolder(path)?.lease_until).toBe('2030-01-01T12:02:00.000Z');
    expect(readdirSync(join(path, '..'))).toEqual(['lock']);
  });
});

describe('what a lock says of its holder', () => {
  it.each([
    ['alive', {}],
    ['gone', { pid: deadProcess() }],
    ['unknown', { host: 'elsewhere' }],
    ['unknown', { boot: 'another' }],
  ] as const)('is that it is %s (%j)', (life, holder) => {
    const path = join(freshFolder(), 'lock');
    leave(path, holder);
    const record = lockRecord(path);
    // A system without /proc cannot tell a process from another one of the same number.
    expect(record?.holder).toBe(life === 'alive' && !linux ? 'unknown' : life);
    expect(record).toMatchObject({ id: 'feedfacefeedface', operation: 'apply' });
    expect(record).not.toHaveProperty('boot');
  });

  it('is nothing where there is none', () => {
    expect(lockRecord(join(freshFolder(), 'lock'))).toBeUndefined();
  });
});

describe('16 processes at once', () => {
  it('have one winner in each of 20 rounds, and the others exit with 9 and name it', async () => {
    expect(await lockRounds({ processes: 16, rounds: 20 })).toEqual({ rounds: 20, faults: [] });
  });

  it('have one winner where the holder before is dead', async () => {
    const played = await lockRounds({ processes: 16, rounds: 5, stale: true });
    expect(played).toEqual({ rounds: 5, faults: [] });
  });
});
