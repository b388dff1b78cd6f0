import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LockHolder } from '../../src/adapters/lock-record.ts';
import { bench, COMMAND, type Bench } from '../support/cli.ts';

/** One shell among several: a command under way, and what it has said so far. */
interface Shell {
  readonly child: ChildProcess;
  said(): string;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

const shells: Shell[] = [];
afterEach(() => {
  for (const { child } of shells.splice(0)) child.kill('SIGKILL');
});

function start({ folder }: Bench, words: readonly string[]): Shell {
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: '100' };
  const child = spawn(process.execPath, [COMMAND, ...words], { cwd: folder, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', bytes => (said += String(bytes)));
  }
  const ended = new Promise<number | NodeJS.Signals | null>(done =>
    child.on('close', (exit, signal) => done(signal ?? exit)),
  );
  const shell = { child, said: () => said, ended };
  shells.push(shell);
  return shell;
}

const lockOf = ({ folder }: Bench): string => join(folder, '.concordat/lock');
const holderIn = (project: Bench): LockHolder =>
  JSON.parse(readFileSync(lockOf(project), 'utf8')) as LockHolder;

/** An apply that is stopped amid its work, the lock in its hands. */
async function stoppedApply(project: Bench): Promise<Shell> {
  const shell = start(project, words);
  // It has the lock, has seen that the state is the one it knows, and has all of its files to write.
  while (!shell.said().includes('proving')) await pause(1);
  shell.child.kill('SIGSTOP');
  expect(holderIn(project)).toMatchObject({ pid: shell.child.pid, operation: 'apply' });
  return shell;
}

function granted({ run }: Bench): string[] {
  const { checksum } = JSON.parse(run(['plan', '--format', 'json']).out) as { checksum: string };
  return ['apply', `--allow-widening=${checksum}`];
}

/** Lineage and serial of the state; the plan after it is empty, and no lock or journal is left. */
function finished(project: Bench): { lineage: string; serial: number } {
  expect(project.run(['plan', '--detailed-exitcode']).exit).toBe(0);
  for (const name of ['lock', 'journal.json']) {
    expect(existsSync(join(project.folder, '.concordat', name))).toBe(false);
  }
  const text = readFileSync(join(project.folder, '.concordat/state.json'), 'utf8');
  return JSON.parse(text) as { lineage: string; serial: number };
}

/** Two generations: the first is applied, the second is what both shells want. */
const template = bench('skype-exchange-se');
let lineage = '';
let words: string[] = [];

beforeAll(() => {
  expect(template.run(granted(template)).exit).toBe(0);
  ({ lineage } = finished(template));
  const topology = join(template.folder, 'topology.yaml');
  const text = readFileSync(topology, 'utf8');
  writeFileSync(topology, text.replace('external: true } }', 'external: false } }'));
  expect(template.run(['plan', '--detailed-exitcode']).exit).toBe(2);
  words = [...granted(template), '--auto-approve'];
});

function project(): Bench {
  const own = bench('skype-exchange-se');
  cpSync(template.folder, own.folder, { recursive: true });
  return own;
}

describe.skipIf(process.platform === 'win32')('two shells on one state', () => {
  it('the second is refused by name; with --lock-timeout it waits, and its plan is too old', async () => {
    const own = project();
    const first = await stoppedApply(own);
    const { id, pid } = holderIn(own);

    const refused = own.run(words);
    expect(refused.exit).toBe(9);
    expect(refused.err).toContain(`${id}: apply by process ${pid}`);
    expect(own.run(['lock', 'list']).out).toContain('still runs');

    const second = start(own, [...words, '--lock-timeout', '5m']);
    await expect.poll(second.said, { timeout: 60_000 }).toContain('waiting at most 300 s');
    expect(second.said()).toContain(`held by ${id}: apply by process ${pid}`);
    first.child.kill('SIGCONT');
    expect(await first.ended).toBe(0);
    // Its plan was made before the first one finished, and the state is another one now.
    expect([await second.ended, second.said()]).toEqual([
      8,
      expect.stringContaining('[plan/stale]'),
    ]);
    expect(own.run(words).exit).toBe(0);
    expect(finished(own)).toMatchObject({ lineage, serial: 2 });
  });

  it('the first is killed: the second takes over at once, says from whom, and finishes', async () => {
    const own = project();
    const first = await stoppedApply(own);
    const { id } = holderIn(own);
    const waiting = start(own, [...words, '--lock-timeout', '5m']);
    await expect.poll(waiting.said, { timeout: 60_000 }).toContain('waiting at most');
    first.child.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    expect(await waiting.ended).toBe(0);
    expect(waiting.said()).toContain(`took the lock over from ${id}: apply by process`);
    expect(finished(own)).toMatchObject({ lineage, serial: 2 });
  });

  it('a lock of another host is released only by `unlock --if-expired` after its lease', async () => {
    const own = project();
    const first = await stoppedApply(own);
    first.child.kill('SIGKILL');
    await first.ended;
    // As if it had been taken there, on a disk that both machines share.
    const elsewhere = { ...holderIn(own), host: 'elsewhere' };
    writeFileSync(lockOf(own), JSON.stringify(elsewhere));
    for (const command of [words, ['unlock', '--if-expired']]) {
      const { exit, err } = own.run(command);
      expect(exit).toBe(9);
      expect(err).toContain('on elsewhere since');
    }
    const ended = new Date(Date.now() - 1000).toISOString();
    writeFileSync(lockOf(own), JSON.stringify({ ...elsewhere, lease_until: ended }));
    expect(own.run(words).exit).toBe(9);
    expect(own.run(['unlock', '--if-expired']).out).toContain(`Released ${elsewhere.id}: apply by`);
    expect(own.run(words).exit).toBe(0);
    expect(finished(own)).toMatchObject({ lineage, serial: 2 });
  });

  it('the first wakes up after its lock was released: it stops by name and spoils nothing', async () => {
    const own = project();
    const first = await stoppedApply(own);
    const holder = holderIn(own);
    const ended = new Date(Date.now() - 1000).toISOString();
    const lapsed = readFileSync(lockOf(own), 'utf8').replace(holder.lease_until, ended);
    writeFileSync(lockOf(own), lapsed);
    expect(own.run(['unlock', '--if-expired']).exit).toBe(0);
    expect(own.run(words).exit).toBe(0);
    first.child.kill('SIGCONT');
    expect(await first.ended).toBe(9);
    expect(first.said()).toContain('[lock/lost]');
    expect(finished(own)).toMatchObject({ lineage, serial: 2 });
  });

  it('a signal ends the wait at once', async () => {
    const own = project();
    await stoppedApply(own);
    const second = start(own, [...words, '--lock-timeout', '1h']);
    await expect.poll(second.said, { timeout: 60_000 }).toContain('waiting at most 3600 s');
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(130);
    expect(second.said()).toContain('[lock/held]');
  });
});
