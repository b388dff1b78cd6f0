import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bigTopology } from '../bench/topologies.mjs';
import { commandCampaign } from '../campaign/kill-command.mjs';
import { bench, COMMAND } from '../support/cli.ts';
import { tools } from '../support/tools.ts';

// `npm run campaign kill-command` tries all points; here a spread of them. Each point checks that
// every file is old or new, that no key is lost or made twice, and that the next apply finishes.
describe.skipIf(!tools.strace)('the command, hit at a system call', () => {
  it('by kill -9, leaves old or new, and the next apply finishes', async () => {
    const { points, tried, broken } = await commandCampaign('kill', { most: 14 });
    expect(broken).toEqual([]);
    expect(points).toBeGreaterThan(250);
    expect(tried).toBeGreaterThanOrEqual(12);
  }, 600_000);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'by one %s, finishes the step, saves and ends with %i',
    async (signal, exit) => {
      const { broken, exits } = await commandCampaign(signal, { most: 10, only: 'first apply' });
      expect(broken).toEqual([]);
      expect(exits.length).toBeGreaterThanOrEqual(9);
      // Only what hits the very last calls finds everything done.
      expect(exits.filter(one => one === exit).length).toBeGreaterThanOrEqual(exits.length - 2);
    },
    600_000,
  );

  it('by two signals, stops at once', async () => {
    const result = await commandCampaign('twice', { most: 7, only: 'first apply' });
    expect(result.broken).toEqual([]);
    expect(result.tried).toBeGreaterThanOrEqual(5);
    expect(result.slowest).toBeLessThan(1);
  }, 600_000);
});

it.skipIf(process.platform === 'win32')('stops a long computation at once', () => {
  const { folder } = bench('no-features');
  writeFileSync(join(folder, 'topology.yaml'), bigTopology(2000));
  const shell = `"${process.execPath}" "${COMMAND}" plan & sleep 1; kill -INT $!; wait $!`;
  const done = spawnSync('/bin/bash', ['-mc', shell], { cwd: folder, encoding: 'utf8' });
  expect(done).toMatchObject({ status: 130, stdout: '' });
});

describe.skipIf(process.platform === 'win32')('a reader that goes away', () => {
  it('of a plan is no error, and nothing is said about it', () => {
    const { folder } = bench('skype-exchange-se');
    expect(piped('plan', 'head -1', folder)).toEqual({ exit: '0', err: '' });
  });

  it.each(['', '2>&1', '--format json', '--format json 2>&1'])(
    'of an apply does not stop it halfway (%j)',
    redirected => {
      const { folder, run } = bench('skype-exchange-se');
      const { checksum } = JSON.parse(run(['plan', '--format', 'json']).out) as {
        checksum: string;
      };
      const words = `apply --allow-widening=${checksum} ${redirected}`;
      expect(piped(words, 'true', folder).exit).toBe('0');
      expect(run(['plan', '--detailed-exitcode']).exit).toBe(0);
      expect(existsSync(join(folder, 'artifacts/manifest.json'))).toBe(true);
      expect(readdirSync(join(folder, '.concordat'))).not.toContain('lock');
    },
  );
});

/** Runs the command into a reader; its own exit, and what it said beyond diagnostics. */
function piped(words: string, reader: string, cwd: string): { exit: string; err: string } {
  const command = `{ "${process.execPath}" "${COMMAND}" ${words}; echo "exit $?" >&3; }`;
  const shell = `{ ${command} | ${reader} >/dev/null; } 3>&1`;
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', shell], { cwd, encoding: 'utf8' });
  const err = /EPIPE|^\s+at .*:\d+:\d+/m.exec(stderr)?.[0] ?? '';
  return { exit: /exit (\d+)/.exec(stdout)?.[1] ?? stdout, err };
}
