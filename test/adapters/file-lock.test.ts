import { spawn, spawnSync } from 'node:child_process';
import fs, { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeLock, readHolder, unlock, type LockHolder } from '../../src/adapters/file-lock.ts';
import { countedRandom } from '../../src/adapters/memory.ts';
import { hasEnded, thisProcess } from '../../src/adapters/process-identity.ts';
import { refusalOf } from '../apply/fixture.ts';
import { freshFolder } from './place.ts';
import { transpile } from '../campaign/transpile.mjs';

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
  writeFileSync(path, JSON.stringify(whole));
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
      lease_until: '2030-01-01T13:00:00.000Z',
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
    for (const text of ['', '{}', '{"id":"../../victim","pid":1}', '{"id":"ab12"}']) {
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
      .poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0])
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
    expect(released.host).toBe('elsewhere');
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
});

describe('many processes at once', () => {
  let code = '';
  beforeAll(() => void (code = transpile()));
  afterAll(() => rmSync(code, { recursive: true }));

  /** Each tries once, holds what it got until all have tried, and says how it went. */
  async function race(path: string, count: number): Promise<string[]> {
    const script = `
      const { takeLock } = await import('${code}/adapters/file-lock.js');
      const { randomBytes } = await import('node:crypto');
      const context = { now: () => new Date(), random: n => randomBytes(n) };
      process.stdout.write('r');
      process.stdin.once('data', () => takeLock('${path}', 'apply', context).then(
        () => process.stdout.write('won'),
        error => process.stdout.write(error.diagnostic?.code ?? String(error)),
      ));`;
    const runs = Array.from({ length: count }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script]),
    );
    const hear = (): Promise<string[]> =>
      Promise.all(
        runs.map(
          run => new Promise<string>(heard => run.stdout.once('data', it => heard(`${it}`))),
        ),
      );
    await hear();
    const answers = hear();
    for (const run of runs) run.stdin.write('go');
    const said = await answers;
    for (const run of runs) run.kill('SIGKILL');
    return said.sort();
  }

  const oneWinner = [...Array.from({ length: 7 }, () => 'lock/held'), 'won'];

  it('have one winner, and the others name it', async () => {
    const path = join(freshFolder(), 'lock');
    const said = await race(path, 8);
    expect(said).toEqual(oneWinner);
  });

  it('have one winner where the holder before is dead', async () => {
    const path = join(freshFolder(), 'lock');
    leave(path, { pid: deadProcess() });
    for (let round = 0; round < 3; round++) {
      // From the second round on, the dead holder is the killed winner of the round before.
      const said = await race(path, 8);
      expect(said).toEqual(oneWinner);
    }
  });
});
