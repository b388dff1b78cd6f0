import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../src/adapters/file-lock.ts';
import type { LockHolder } from '../../src/adapters/lock-record.ts';
import { countedRandom } from '../../src/adapters/memory.ts';
import { bench, type Bench } from '../support/cli.ts';

const started = (): Bench => {
  const project = bench('skype-exchange-se');
  expect(project.run(['keys', 'prepare']).exit).toBe(0);
  return project;
};

/** Takes the project's lock for this process, as of a given moment. */
async function hold({ folder }: Bench, now = new Date()): Promise<LockHolder> {
  const context = { now: () => now, random: countedRandom(), run: 'https://ci.example/run/7' };
  await takeLock(lockOf(folder), 'record', context);
  return JSON.parse(readFileSync(lockOf(folder), 'utf8')) as LockHolder;
}

const lockOf = (folder: string): string => join(folder, '.concordat/lock');

function grant({ run }: Bench): string {
  const plan = JSON.parse(run(['plan', '--format', 'json']).out) as { checksum: string };
  return `--allow-widening=${plan.checksum}`;
}

describe('a project whose lock is held', () => {
  it('refuses to apply with exit 9, and names who holds it, since when and what to do', async () => {
    const project = started();
    const { id, created } = await hold(project);
    const { exit, err } = project.run(['apply', grant(project)]);
    expect(exit).toBe(9);
    const words = err.replace(/\s+/g, ' ');
    expect(words).toContain('[lock/held]');
    expect(words).toContain(`${id}: record by process ${process.pid} on ${hostname()}`);
    expect(words).toContain(`since ${created} (https://ci.example/run/7); nothing was changed`);
    expect(words).toContain(`if it no longer runs there: concordat unlock ${id}`);
    expect(existsSync(join(project.folder, 'artifacts'))).toBe(false);
  });

  it('can still be validated, planned and shown', async () => {
    const project = started();
    await hold(project);
    for (const words of [['validate'], ['plan'], ['keys', 'list']]) {
      expect(project.run(words).exit).toBe(0);
    }
  });

  it('takes the lock over from a holder that is dead here, and says from whom', async () => {
    const project = started();
    const holder = await hold(project);
    writeFileSync(lockOf(project.folder), JSON.stringify({ ...holder, started: '1' }));
    const { exit, err } = project.run(['apply', grant(project)]);
    expect(exit).toBe(0);
    expect(err).toContain(`took the lock over from ${holder.id}: record by process ${process.pid}`);
    expect(existsSync(lockOf(project.folder))).toBe(false);
  });
});

describe('unlock', () => {
  it('releases the lock whose id it is given, and the refused command goes on', async () => {
    const project = started();
    const { id } = await hold(project);
    const { exit, out } = project.run(['unlock', id]);
    expect(exit).toBe(0);
    expect(out).toContain(`Released ${id}: record by process ${process.pid} on ${hostname()}`);
    expect(project.run(['apply', grant(project)]).exit).toBe(0);
  });

  it('releases no other lock, and none where none is held (lock/other)', async () => {
    const project = started();
    const none = project.run(['unlock', 'feedface']);
    expect(none.exit).toBe(1);
    expect(none.err).toContain('[lock/other]');
    expect(none.err).toContain('no lock is held');
    const { id } = await hold(project);
    const other = project.run(['unlock', 'feedface']);
    expect(other.exit).toBe(1);
    expect(other.err.replace(/\s+/g, ' ')).toContain(`the lock is ${id}: record by process`);
    expect(existsSync(lockOf(project.folder))).toBe(true);
  });

  it('with --if-expired waits for the end of the lease (lock/in-use)', async () => {
    const early = started();
    const { id } = await hold(early);
    const refused = early.run(['unlock', id, '--if-expired']);
    expect(refused.exit).toBe(9);
    expect(refused.err).toContain('[lock/in-use]');
    const words = refused.err.replace(/\s+/g, ' ');
    expect(words).toContain(
      `help: it still runs here, as process ${process.pid}: wait for it, or end it first, then: ` +
        `concordat unlock ${id}`,
    );
    expect(existsSync(lockOf(early.folder))).toBe(true);

    const late = started();
    const expired = await hold(late, new Date(Date.now() - 2 * 60 * 60 * 1000));
    expect(late.run(['unlock', expired.id, '--if-expired']).exit).toBe(0);
    expect(existsSync(lockOf(late.folder))).toBe(false);
  });

  it('wants an id, or --if-expired (exit 64)', () => {
    const { exit, err } = started().run(['unlock']);
    expect(exit).toBe(64);
    expect(err).toContain('Give its id, as `concordat lock list` prints it, or --if-expired');
  });

  it('with --if-expired and no id releases what has expired, and names what has not', async () => {
    const project = started();
    expect(project.run(['unlock', '--if-expired'])).toMatchObject({
      exit: 0,
      out: 'No lock is held.\n',
    });
    const { id } = await hold(project);
    const refused = project.run(['unlock', '--if-expired']);
    expect(refused.exit).toBe(9);
    expect(refused.err).toContain(`the lease of ${id}: record by process`);
    rmSync(lockOf(project.folder));
    const late = await hold(project, new Date(Date.now() - 10 * 60_000));
    const released = project.run(['unlock', '--if-expired']);
    expect(released).toMatchObject({ exit: 0 });
    expect(released.out).toContain(`Released ${late.id}: record by process`);
    expect(existsSync(lockOf(project.folder))).toBe(false);
  });

  it('leaves a lock that nobody can read to a person', () => {
    const project = started();
    writeFileSync(lockOf(project.folder), '');
    const words = ['apply', grant(project)];
    const { exit, err } = project.run(words);
    expect(exit).toBe(9);
    expect(err.replace(/\s+/g, ' ')).toContain('does not say who holds it');
  });
});

describe('lock list', () => {
  const list = ({ run }: Bench): unknown =>
    JSON.parse(run(['lock', 'list', '--format', 'json']).out);

  it('says that no lock is held', () => {
    const project = started();
    expect(project.run(['lock', 'list'])).toMatchObject({ exit: 0, out: 'No lock is held.\n' });
    expect(list(project)).toEqual({ format_version: '1.1', locks: [] });
  });

  it('says who holds it, since when, until when at least, for which run and how to release it', async () => {
    const project = started();
    const { id, created, lease_until } = await hold(project);
    const { exit, out } = project.run(['lock', 'list']);
    expect(exit).toBe(0);
    expect(out).toBe(
      [
        `${id}  record`,
        `  process     ${process.pid} on ${hostname()}; still runs`,
        `  since       ${created}`,
        `  lease ends  ${lease_until}`,
        '  run         https://ci.example/run/7',
        `  release     concordat unlock ${id}\n`,
      ].join('\n'),
    );
    expect(list(project)).toEqual({
      format_version: '1.1',
      locks: [
        {
          id,
          operation: 'record',
          host: hostname(),
          pid: process.pid,
          run: 'https://ci.example/run/7',
          created,
          lease_until,
          holder: 'alive',
        },
      ],
    });
  });

  it('says of each holder what can be told from here, and lets no text move the cursor', async () => {
    const project = started();
    const holder = await hold(project, new Date(Date.now() - 10 * 60_000));
    const change = (part: Partial<LockHolder>): void =>
      writeFileSync(lockOf(project.folder), JSON.stringify({ ...holder, ...part }));
    change({ started: '1' });
    expect(project.run(['lock', 'list']).out).toContain('no longer runs; the next command takes');
    change({ host: 'else\u001b[2Jwhere' });
    const { out } = project.run(['lock', 'list']);
    expect(out).toContain('on else<U+001B>[2Jwhere; cannot be told from here');
    expect(out).toContain('(it has ended)');
    expect(out).toContain(`concordat unlock ${holder.id} --if-expired`);
    expect(list(project)).toMatchObject({ locks: [{ holder: 'unknown' }] });
  });
});

describe('lock list where nobody can read the lock', () => {
  it('says so and names the file, for people and machines alike (exit 0)', () => {
    const project = started();
    writeFileSync(lockOf(project.folder), '{');
    const { exit, out, err } = project.run(['lock', 'list'], { COLUMNS: '80' });
    expect([exit, err]).toEqual([0, '']);
    expect(out).toBe(
      [
        'unknown  the lock file does not say who holds it',
        '  file        .concordat/lock',
        '  release     find out that nothing runs here, then remove that file\n',
      ].join('\n'),
    );
    const found = JSON.parse(project.run(['lock', 'list', '--format', 'json']).out) as unknown;
    const file = lockOf(realpathSync(project.folder));
    expect(found).toEqual({ format_version: '1.1', locks: [{ file, holder: 'unknown' }] });
  });
});

describe('--lock-timeout', () => {
  it.each(['30', '5 m', '-1s', '1d', '1e3s', '123456s', ''])(
    'does not take %j for a duration (exit 64), and says what one is',
    text => {
      const { exit, err } = started().run(['record', `--lock-timeout=${text}`]);
      expect(exit).toBe(64);
      expect(err).toContain('Expected seconds, minutes or hours, such as 30s, 5m or 1h.');
    },
  );

  it.each([
    ['apply'],
    ['keys', 'prepare'],
    ['record', 'evidence'],
    ['state', 'confirm', 'partner/skype/exchange', '--reason', 'seen'],
    ['state', 'rm', 'partner/skype/exchange', '--reason', 'seen'],
    ['state', 'push', '.concordat/state.json'],
  ])(
    'is known to %s %s, which says once for whom it waits, then names it (exit 9)',
    async (...words) => {
      const project = started();
      expect(project.run(['apply', grant(project)]).exit).toBe(0);
      const { id } = await hold(project);
      const { exit, err } = project.run([...words, '--lock-timeout', '1s']);
      expect(exit).toBe(9);
      expect(err.split('waiting at most 1 s: the lock is held by ')).toHaveLength(2);
      expect(/^waiting at most.*$/m.exec(err)?.[0]).not.toContain('nothing was changed');
      expect(err.replace(/\s+/g, ' ')).toContain(
        `[lock/held] the lock is held by ${id}: record by`,
      );
    },
  );
});
