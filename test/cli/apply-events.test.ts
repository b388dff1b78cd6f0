import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventDocument } from '../../src/index.ts';
import { thisProcess } from '../../src/adapters/process-identity.ts';
import { bench, COMMAND, type Bench, type Call } from '../support/cli.ts';
import { published } from '../support/published.ts';

const check = published('event');
const fresh = bench('skype-exchange-se');
const HALF_WRITE = new URL('../campaign/half-write.mjs', import.meta.url).href;
let grant = '';

beforeAll(() => {
  const { checksum } = JSON.parse(fresh.run(['plan', '--format', 'json']).out) as {
    checksum: string;
  };
  grant = `--allow-widening=${checksum}`;
});

function project(): Bench {
  const own = bench('skype-exchange-se');
  cpSync(fresh.folder, own.folder, { recursive: true });
  return own;
}

const JSON_APPLY = ['apply', '--format', 'json'];

/** The events of a run, each of which is what the schema says. */
function eventsIn({ out }: Pick<Call, 'out'>): EventDocument[] {
  expect(out.endsWith('\n')).toBe(true);
  return out
    .trimEnd()
    .split('\n')
    .map(line => {
      const event = JSON.parse(line) as EventDocument;
      expect(check(event), `${line}: ${JSON.stringify(check.errors)}`).toBe(true);
      return event;
    });
}

const typesOf = (events: readonly EventDocument[]): string[] => events.map(({ type }) => type);

describe('apply --format json', () => {
  it('tells what it does as events: version, plan, proof, each file, the state, the outcome', () => {
    const own = project();
    const result = own.run([...JSON_APPLY, grant]);
    expect(result.exit).toBe(0);
    const events = eventsIn(result);
    const files = events.flatMap(event => (event.type === 'apply_start' ? [event.path] : []));
    expect(files.length).toBeGreaterThan(10);
    expect(typesOf(events).filter(type => type !== 'diagnostic')).toEqual([
      'version',
      'change_summary',
      'steps',
      'proof_start',
      'proof_result',
      'proof_result',
      ...files.flatMap(() => ['apply_start', 'apply_complete']),
      'recorded',
      'outcome',
    ]);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(events[0]).toMatchObject({ type: 'version', format_version: '1.1', tool: version });
    const checksum = grant.split('=')[1];
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'change_summary', checksum, trust: 'widens' }),
    );
    for (const edge of ['edge/skype/exchange', 'edge/exchange/skype']) {
      const proof = expect.objectContaining({ type: 'proof_result', edge, verdict: 'passed' });
      expect(events).toContainEqual(proof);
    }
    expect(events.at(-1)).toMatchObject({
      outcome: 'applied',
      written: files,
      deleted: [],
      kept: 0,
      failed: null,
      left: 0,
      serial: 1,
    });

    const again = eventsIn(own.run(JSON_APPLY));
    expect(typesOf(again).filter(type => type !== 'diagnostic')).toEqual([
      'version',
      'change_summary',
      'steps',
      'outcome',
    ]);
    expect(again.at(-1)).toMatchObject({ outcome: 'unchanged', kept: files.length, serial: 1 });
  });

  it.each<[string, (own: Bench) => void, string[], number, string]>([
    ['a plan that nobody approved', () => {}, [], 10, 'plan/unapproved'],
    ['a topology that is none', own => write(own, 'topology.yaml', 'a: 1\n'), [], 5, 'shape/'],
    ['no topology', own => rmSync(join(own.folder, 'topology.yaml')), [], 5, 'cli/no-topology'],
    [
      'a foreign file',
      own => write(own, 'artifacts/mine.txt', ''),
      ['grant'],
      1,
      'artifact/foreign',
    ],
    ['a held lock', own => hold(own), ['grant'], 9, 'lock/held'],
  ])('ends, refused for %s, with the reason as an event', (_, spoil, words, exit, code) => {
    const own = project();
    spoil(own);
    const result = own.run([...JSON_APPLY, ...words.map(() => grant)]);
    expect(result.exit).toBe(exit);
    const events = eventsIn(result);
    expect(events[0]).toMatchObject({ type: 'version' });
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'diagnostic', diagnostic: { severity: 'error' } });
    expect(last?.type === 'diagnostic' && last.diagnostic.code).toContain(code);
    expect(result.err).toContain(`[${code}`);
  });

  it('tells from whom it took the lock over, and that it goes on from an earlier apply', () => {
    const own = project();
    halfway(own, 'SIGKILL');
    const events = eventsIn(own.run([...JSON_APPLY, grant]));
    const types = typesOf(events);
    expect(types.slice(types.indexOf('change_summary'))).toEqual(
      expect.arrayContaining(['lock_taken_over', 'resumed', 'steps']),
    );
    expect(events.at(-1)).toMatchObject({ outcome: 'applied', serial: 1 });
  });

  it('says at its end, with exit 1, that a full disk took not all events; all is done', () => {
    const own = project();
    const shell = `"${process.execPath}" "${COMMAND}" ${JSON_APPLY.join(' ')} ${grant} > /dev/full`;
    const done = spawnSync('/bin/sh', ['-c', shell], { cwd: own.folder, encoding: 'utf8' });
    expect(done.status).toBe(1);
    expect(done.stderr).toContain('[cli/output-lost]');
    expect(own.run(['plan', '--detailed-exitcode']).exit).toBe(0);
  });
});

describe('an apply that cannot do one of its steps', () => {
  // An empty folder stands where a script belongs.
  const spoil = (own: Bench): string => {
    const path = 'skype/scripts/40-partner-exchange.ps1';
    mkdirSync(join(own.folder, 'artifacts', path), { recursive: true });
    return path;
  };

  it('says what was done, what failed and why, how much was not started and what to do', () => {
    const own = project();
    const path = spoil(own);
    const { exit, err } = own.run(['apply', grant]);
    expect(exit).toBe(1);
    const [, done, failed, left] =
      /^Stopped: (\d+) done \(\1 written, 0 deleted\), 1 failed \((\S+)\), (\d+) not started$/m.exec(
        err,
      ) ?? [];
    expect(failed).toBe(path);
    const steps = /^(\d+) files to write or delete/m.exec(err)?.[1];
    expect(Number(done) + 1 + Number(left)).toBe(Number(steps));
    expect(Math.min(Number(done), Number(left))).toBeGreaterThan(0);
    expect(err).toContain(`then go on with: concordat apply ${grant}`);
    expect(err).toContain('[write/in-the-way]');

    rmSync(join(own.folder, 'artifacts', path), { recursive: true });
    expect(own.run(['apply', grant]).exit).toBe(0);
    expect(own.run(['plan', '--detailed-exitcode']).exit).toBe(0);
  });

  it('tells the same as events: errored, outcome, diagnostic', () => {
    const own = project();
    const path = spoil(own);
    const result = own.run([...JSON_APPLY, grant]);
    expect(result.exit).toBe(1);
    const events = eventsIn(result);
    expect(typesOf(events).slice(-3)).toEqual(['apply_errored', 'outcome', 'diagnostic']);
    const [errored, outcome, diagnostic] = events.slice(-3);
    expect(errored).toMatchObject({ path });
    const go_on = `concordat apply ${grant}`;
    expect(outcome).toMatchObject({ outcome: 'failed', failed: path, serial: 0, go_on });
    expect(diagnostic).toMatchObject({ diagnostic: { code: 'write/in-the-way' } });
    const steps = events.find(event => event.type === 'steps');
    if (steps?.type !== 'steps' || outcome?.type !== 'outcome') throw new Error('not told');
    expect(outcome.written.length + 1 + outcome.left).toBe(steps.steps);
  });
});

describe('an apply that is interrupted', () => {
  it('says what was done, that nothing failed, how much was not started and what to do', () => {
    const own = project();
    const { exit, out } = halfway(own, 'SIGINT');
    expect(exit).toBe(130);
    expect(out).toMatch(
      /^Interrupted: 4 done \(4 written, 0 deleted\), 0 failed, \d+ not started; .* whole\.$/m,
    );
    expect(out).toContain(`Go on with: concordat apply ${grant}`);
    const said = 'an earlier apply was broken off; concordat apply goes on from there\n';
    expect(own.run(['plan']).err).toContain(said);
    expect(own.run(['plan', '--format', 'json']).err).not.toContain(said);
    expect(own.run(['apply', grant]).exit).toBe(0);
    expect(own.run(['plan']).err).not.toContain(said);
  });

  it('tells the same as an event', () => {
    const own = project();
    const result = halfway(own, 'SIGTERM', JSON_APPLY);
    expect(result.exit).toBe(143);
    expect(eventsIn(result).at(-1)).toMatchObject({
      outcome: 'interrupted',
      written: { length: 4 },
      failed: null,
      serial: 0,
      go_on: `concordat apply ${grant}`,
    });
    expect(result.err).toContain(`Go on with: concordat apply ${grant}\n`);
  });
});

/** An apply that gets a signal when half of its fourth artifact is written. */
function halfway(own: Bench, signal: string, words: readonly string[] = ['apply']): Call {
  // The lock and the journal come first.
  const env = { HALF_WRITE: `6:${signal}`, NODE_OPTIONS: `--import=${HALF_WRITE}` };
  return own.run([...words, grant], env);
}

function write({ folder }: Bench, path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function hold(own: Bench): void {
  const soon = new Date(Date.now() + 60_000).toISOString();
  const times = { created: soon, lease_until: soon };
  const holder = { ...thisProcess(), id: 'feedface', operation: 'record', run: '', ...times };
  write(own, '.concordat/lock', JSON.stringify(holder));
}
