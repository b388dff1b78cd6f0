import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { sha256 } from '../../src/kernel/canonical.ts';
import { bench, call, COMMAND, type Bench } from '../support/cli.ts';
import { tools } from '../support/tools.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the same inputs', () => {
  it('give the same bytes and the same checksum in another folder, zone, language and order', () => {
    const first = bench('lync-exchange');
    expect(first.run(['keys', 'prepare']).exit).toBe(0);
    const copy = bench('lync-exchange');
    cpSync(join(first.folder, '.concordat'), join(copy.folder, '.concordat'), { recursive: true });
    reverseMaps(join(copy.folder, 'topology.yaml'));
    const elsewhere = { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };

    const sum = applied(first, {});
    process.umask(0o077);
    try {
      expect(applied(copy, elsewhere)).toBe(sum);
    } finally {
      process.umask(0o022);
    }
    expect(treeOf(join(copy.folder, 'artifacts'))).toEqual(treeOf(join(first.folder, 'artifacts')));
  });
});

describe('a clone without the key store', () => {
  it('plans to the same checksum, because the state holds the public halves', () => {
    const first = bench('lync-exchange');
    first.run(['keys', 'prepare']);
    applied(first, {});
    const clone = bench('lync-exchange');
    for (const name of ['state.json', 'project.json']) {
      const to = join(clone.folder, '.concordat', name);
      cpSync(join(first.folder, '.concordat', name), to, { recursive: true });
    }
    for (const { folder, run } of [first, clone]) {
      const topology = join(folder, 'topology.yaml');
      const text = readFileSync(topology, 'utf8').replace('name: Exchange', 'name: Mail');
      writeFileSync(topology, text);
      expect(run(['plan', '--out', 'next.json']).exit).toBe(0);
    }
    const [here, there] = [first, clone].map(({ folder }) => checksumOf(folder, 'next.json'));
    expect(there).toBe(here);
    expect(there).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe.skipIf(!tools.strace)('plan and apply', () => {
  it('open no connection and start no process', () => {
    const { folder, run } = bench('lync-exchange');
    run(['keys', 'prepare']);
    run(['plan', '--out', 'plan.json']);
    const sum = checksumOf(folder);
    for (const words of [['plan'], ['apply', '--plan', 'plan.json', `--allow-widening=${sum}`]]) {
      const log = join(folder, '..', 'strace.log');
      const watched = ['-f', '-e', 'trace=connect,execve', '-o', log, process.execPath, COMMAND];
      const done = spawnSync(tools.strace ?? '', [...watched, ...words], {
        cwd: folder,
        env: { ...process.env, CONCORDAT_PASSPHRASE_FILE: join(folder, '..', 'passphrase') },
      });
      expect(done.status).toBe(0);
      const calls = readFileSync(log, 'utf8').split('\n');
      expect(calls.filter(line => line.includes('connect('))).toEqual([]);
      expect(calls.filter(line => line.includes('execve('))).toHaveLength(1);
    }
  });
});

describe('the packed package', () => {
  it('installs into another folder and plans and applies there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'concordat-pack-'));
    const npm = (words: readonly string[], cwd: string): string =>
      execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const packed = npm(['pack', '--silent', '--pack-destination', folder], root).trim();
    npm(['init', '-y'], folder);
    npm(['install', '--no-audit', '--no-fund', join(folder, packed)], folder);
    const { folder: project } = bench('no-features');
    const command = join(folder, 'node_modules/.bin/concordat');
    const plan = execFileSync(command, ['plan'], { cwd: project, encoding: 'utf8' });
    expect(plan).toContain('Nothing to do');

    const { folder: widening } = bench('skype-exchange-se');
    execFileSync(command, ['plan', '--out', 'plan.json'], { cwd: widening, stdio: 'ignore' });
    const grant = `--allow-widening=${checksumOf(widening)}`;
    const words = ['apply', '--plan', 'plan.json', grant];
    const done = execFileSync(command, words, {
      cwd: widening,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(done).toContain('Apply complete');
  });
});

describe('the version', () => {
  it('is the package’s', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(call(['--version'], root).out.trim()).toBe(version);
  });
});

function applied({ folder, run }: Bench, env: Readonly<Record<string, string>>): string {
  expect(run(['plan', '--out', 'plan.json'], env).exit).toBe(0);
  const sum = checksumOf(folder);
  const done = run(['apply', '--plan', 'plan.json', `--allow-widening=${sum}`], env);
  expect(done.err).not.toContain('fault');
  expect(done.exit).toBe(0);
  return sum;
}

function checksumOf(folder: string, file = 'plan.json'): string {
  const plan = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { checksum: string };
  return plan.checksum;
}

/** Path to digest of every file below a folder. */
function treeOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const entries = files
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .map(path => [relative(folder, path), sha256(readFileSync(path))] as const);
  return Object.fromEntries(entries.sort());
}

/** Writes the same topology with every map in reverse order. */
function reverseMaps(file: string): void {
  writeFileSync(file, stringify(reversed(parse(readFileSync(file, 'utf8')))));
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item)]));
}
