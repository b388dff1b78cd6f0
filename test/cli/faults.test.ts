import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { bench, COMMAND, type Bench, type Call } from '../support/cli.ts';

const root = process.getuid?.() === 0;
const mounts = root && existsSync('/bin/mount');
const posix = process.platform !== 'win32';
const GRANT = '--allow-widening=';

/** What is tried: nothing applied yet, or everything. */
const fresh = bench('skype-exchange-se');
const applied = bench('skype-exchange-se');
const checksum = planned(fresh);
expect(applied.run(['apply', GRANT + checksum]).exit).toBe(0);

type Damage = (folder: string) => void;

const damaged = (project: Bench, damage: Damage): Bench => {
  const own = bench('skype-exchange-se');
  cpSync(project.folder, own.folder, { recursive: true, verbatimSymlinks: true });
  damage(own.folder);
  return own;
};

const inPlace =
  (path: string, act: (path: string, folder: string) => void): Damage =>
  folder => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    act(join(folder, path), folder);
  };
const link = (path: string, target: string): Damage => inPlace(path, at => symlinkSync(target, at));
const linkAway = (path: string): Damage =>
  inPlace(path, (at, folder) => {
    renameSync(at, join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), at);
  });
const text = (path: string, bytes: string): Damage => inPlace(path, at => writeFileSync(at, bytes));

/** Where, damage, code, what the sentence names, what it says is intact. */
type Case = readonly [string, Bench, Damage, string, string, RegExp];

const NOTHING = /nothing was (?:written|changed)|(?:is|are) intact/;

const CASES: readonly Case[] = [
  [
    'a linked artifact folder',
    applied,
    linkAway('artifacts'),
    'artifact/in-the-way',
    'artifacts',
    NOTHING,
  ],
  [
    'a linked artifact',
    fresh,
    link('artifacts/RUNBOOK.md', '/etc/hostname'),
    'artifact/in-the-way',
    'RUNBOOK.md',
    NOTHING,
  ],
  [
    'a linked folder of artifacts',
    fresh,
    link('artifacts/exchange', '/tmp'),
    'artifact/in-the-way',
    'artifacts/exchange',
    NOTHING,
  ],
  [
    'a linked record folder',
    applied,
    linkAway('.concordat'),
    'write/unsafe-folder',
    '.concordat',
    NOTHING,
  ],
  [
    'a linked state',
    applied,
    linkAway('.concordat/state.json'),
    'read/in-the-way',
    'state.json',
    NOTHING,
  ],
  [
    'a linked journal',
    fresh,
    link('.concordat/journal.json', '/etc/hostname'),
    'read/in-the-way',
    'journal.json',
    NOTHING,
  ],
  [
    'a linked lock',
    fresh,
    link('.concordat/lock', '/etc/hostname'),
    'write/in-the-way',
    'lock',
    NOTHING,
  ],
  [
    'a folder for a file',
    fresh,
    inPlace('artifacts/RUNBOOK.md', at => mkdirSync(at)),
    'write/in-the-way',
    'RUNBOOK.md',
    NOTHING,
  ],
  [
    'a file for a folder',
    fresh,
    text('artifacts/exchange', 'x'),
    'artifact/foreign',
    'exchange',
    NOTHING,
  ],
  [
    'a foreign file',
    fresh,
    text('artifacts/mine.txt', 'mine'),
    'artifact/foreign',
    'mine.txt',
    NOTHING,
  ],
  [
    'a foreign file at our place',
    fresh,
    text('artifacts/RUNBOOK.md', 'mine'),
    'artifact/foreign',
    'RUNBOOK.md',
    NOTHING,
  ],
  [
    'an edited file',
    applied,
    inPlace('artifacts/RUNBOOK.md', at => appendFileSync(at, 'x')),
    'artifact/edited',
    'RUNBOOK.md',
    NOTHING,
  ],
  [
    'a torn state',
    applied,
    inPlace('.concordat/state.json', at => truncateSync(at, 100)),
    'state/torn',
    'state.json',
    NOTHING,
  ],
  [
    'an empty state',
    applied,
    text('.concordat/state.json', ''),
    'state/torn',
    'state.json',
    NOTHING,
  ],
  [
    'a torn journal',
    applied,
    text('.concordat/journal.json', '{'),
    'apply/journal',
    'journal.json',
    NOTHING,
  ],
  [
    'a torn project file',
    applied,
    text('.concordat/project.json', '{'),
    'state/project',
    'project.json',
    NOTHING,
  ],
];

describe.skipIf(!posix)('an apply that finds', () => {
  it.each(CASES)('%s says so in one sentence', (_, project, damage, code, names, intact) => {
    const own = damaged(project, damage);
    const before = everything(own.folder);
    const result = own.run(['apply', GRANT + checksum, '--auto-approve']);
    const said = refusal(result);
    expect(result.exit).toBe(1);
    expect(said.code).toBe(code);
    expect(said.detail).toContain(names);
    expect(said.detail).toMatch(intact);
    expect(said.help).toMatch(/concordat apply|run the same command again|version control/);
    expect(changedIn(before, everything(own.folder))).toEqual([]);
  });

  it('a file that it had to write twice in the way goes on when it is moved', () => {
    const own = damaged(applied, text('artifacts/RUNBOOK.md', 'mine'));
    expect(own.run(['apply', '--auto-approve']).exit).toBe(1);
    renameSync(join(own.folder, 'artifacts/RUNBOOK.md'), join(own.folder, 'mine.md'));
    expect(own.run(['apply', '--auto-approve']).exit).toBe(0);
    expect(readFileSync(join(own.folder, 'mine.md'), 'utf8')).toBe('mine');
    expect(own.run(['plan', '--detailed-exitcode']).exit).toBe(0);
  });
});

describe.skipIf(!mounts)('a disk', () => {
  let mounted = '';
  afterEach(() => {
    if (mounted !== '') execFileSync('umount', [mounted]);
    mounted = '';
  });
  const mount = (folder: string, size: number): void => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'none', folder]);
    mounted = folder;
  };
  const grow = (folder: string, size: number): void =>
    void execFileSync('mount', ['-o', `remount,size=${size}k`, folder]);

  it('that is full stops keys and applies at every size, and both go on when it has room', () => {
    const source = bench('lync-exchange');
    const own = bench('lync-exchange');
    mount(own.folder, 8);
    cpSync(source.folder, own.folder, { recursive: true });
    const stops = new Set<string>();
    for (let size = 8; ; size += 72) {
      grow(own.folder, size);
      const keys = own.run(['keys', 'prepare']);
      const result = keys.exit === 0 ? own.run(['apply', GRANT + planned(own)]) : keys;
      if (result.exit === 0) break;
      const said = refusal(result);
      expect([result.exit, said.code]).toEqual([1, 'write/no-space']);
      expect(said.detail).toMatch(/\(ENOSPC\); what was there before is intact$/);
      expect(said.help).toMatch(/^free some room, then run the same command again$/);
      stops.add(/no room left for (\S+)/.exec(said.detail)?.[1] ?? '');
      expect(size).toBeLessThan(1024);
    }
    expect(stops.size).toBeGreaterThan(5);
    expect(own.run(['plan', '--detailed-exitcode']).exit).toBe(0);
    const left = everything(own.folder).keys();
    expect([...left].filter(name => /\.tmp$|lock$|journal/.test(name))).toEqual([]);
  });

  it('that is full takes no half of a saved plan, and none of standard output unnoticed', () => {
    const own = bench('skype-exchange-se');
    const full = join(own.folder, 'full');
    mkdirSync(full);
    mount(full, 4);
    const saved = own.run(['plan', '--out', 'full/plan.json']);
    expect([saved.exit, refusal(saved).code]).toEqual([1, 'write/no-space']);
    expect(readdirSync(full)).toEqual([]);
    // cli/output-lost, and its opposite
    const printed = redirected(own, 'plan --format json', 'full/plan.json');
    expect([printed.exit, refusal(printed).code]).toEqual([1, 'cli/output-lost']);
    rmSync(join(full, 'plan.json'));
    grow(full, 256);
    expect(redirected(own, 'plan --format json', 'full/plan.json').exit).toBe(0);
    const whole: unknown = JSON.parse(readFileSync(join(full, 'plan.json'), 'utf8'));
    expect(whole).toMatchObject({ checksum });
  });

  it.each(['', 'artifacts', '.concordat'])('mounted read-only at "%s" is not written', place => {
    const own = damaged(fresh, folder => {
      mkdirSync(join(folder, '.concordat'), { recursive: true });
      mkdirSync(join(folder, 'artifacts'));
    });
    const folder = join(own.folder, place);
    const before = everything(own.folder);
    execFileSync('mount', ['--bind', folder, folder]);
    mounted = folder;
    execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
    const result = own.run(['apply', GRANT + checksum]);
    const said = refusal(result);
    expect([result.exit, said.code]).toEqual([1, 'write/denied']);
    expect(said.detail).toMatch(/\(EROFS\); what was there before is intact$/);
    execFileSync('umount', [folder]);
    mounted = '';
    expect(changedIn(before, everything(own.folder))).toEqual([]);
    expect(own.run(['apply', GRANT + checksum]).exit).toBe(0);
  });
});

describe.skipIf(!root || !existsSync('/usr/bin/setpriv'))('a user without rights', () => {
  it('may read and plan, and is told what it may not write', () => {
    const own = damaged(fresh, folder => {
      chmodSync(join(folder, '..'), 0o755);
      chownSync(folder, 0, 0);
      chmodSync(folder, 0o755);
    });
    const before = everything(own.folder);
    expect(asNobody(own, ['plan']).exit).toBe(0);
    const result = asNobody(own, ['apply', GRANT + checksum]);
    const said = refusal(result);
    expect([result.exit, said.code]).toEqual([1, 'write/denied']);
    expect(said.detail).toMatch(/\(EACCES\); what was there before is intact$/);
    expect(said.help).toBe(
      'give this user the right to write there, then run the same command again',
    );
    expect(changedIn(before, everything(own.folder))).toEqual([]);
  });
});

function planned({ run }: Bench): string {
  return (JSON.parse(run(['plan', '--format', 'json']).out) as { checksum: string }).checksum;
}

/** The one error of a run: exactly one, without a stack trace or a word of a fault of ours. */
function refusal({ err }: Call): { code: string; detail: string; help: string } {
  expect(err).not.toMatch(/^\s+at .*:\d+:\d+|fault of its own/m);
  const errors = err.split('\n\n').filter(one => /^error: /m.test(one));
  expect(errors).toHaveLength(1);
  const [head = '', ...rest] = (errors[0] ?? '').slice(errors[0]?.indexOf('error: ')).split('\n');
  const words = rest.join(' ').replace(/\s+/g, ' ').trim();
  const [detail = '', help = ''] = words.split(' help: ');
  return { code: /\[(\S+)\]$/.exec(head)?.[1] ?? '', detail, help };
}

/** Path to bytes of everything below a folder; links by their targets. */
function everything(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => !entry.isDirectory());
  return new Map(
    files.map(entry => {
      const path = join(entry.parentPath, entry.name);
      const bytes = lstatSync(path).isFile() ? readFileSync(path, 'latin1') : 'not a file';
      return [relative(folder, path), bytes];
    }),
  );
}

function changedIn(before: Map<string, string>, after: Map<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  // The journal of an apply that wrote nothing yet is only read by the next one.
  paths.delete('.concordat/journal.json');
  return [...paths].filter(path => before.get(path) !== after.get(path));
}

function redirected({ folder }: Bench, words: string, file: string): Call {
  const shell = `"${process.execPath}" "${COMMAND}" ${words} > ${file}`;
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: '100' };
  const done = spawnSync('/bin/sh', ['-c', shell], { cwd: folder, env, encoding: 'utf8' });
  return { exit: done.status, out: done.stdout, err: done.stderr };
}

function asNobody({ folder }: Bench, words: readonly string[]): Call {
  const rights = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  const env = { ...process.env, NO_COLOR: '1', COLUMNS: '100' };
  const command = [...rights, process.execPath, COMMAND, ...words];
  const done = spawnSync('/usr/bin/setpriv', command, { cwd: folder, env, encoding: 'utf8' });
  return { exit: done.status, out: done.stdout, err: done.stderr };
}
