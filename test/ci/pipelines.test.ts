import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { forge, type Run, type Step } from './forge.ts';

const FOLDER = fileURLToPath(new URL('../../templates/ci/', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/skype-exchange-se/', import.meta.url));
const read = (name: string): unknown => parse(readFileSync(join(FOLDER, name), 'utf8'));
const GITHUB = read('github.yml') as {
  readonly permissions: object;
  readonly jobs: Readonly<
    Record<'plan' | 'apply', { readonly steps: readonly Step[]; readonly permissions: object }>
  >;
};

const HERE = forge();
const { git, person } = HERE;

/** A branch with what `change` does to the topology, as a pull request into main. */
function propose(branch: string, change: () => void): void {
  git('checkout', '-q', '-B', branch, 'main');
  change();
  git('add', '-A');
  git('commit', '-q', '-m', 'a change');
  offer(branch);
}

/** What a forge makes of a pull request: the merge that would be. */
function offer(branch: string): void {
  git('checkout', '-q', '--detach', 'main');
  git('merge', '-q', '--no-ff', '-m', 'would be', branch);
  git('push', '-q', '--force', 'origin', 'HEAD:refs/pull/1/merge');
  git('checkout', '-q', branch);
}

function edit(from: string, to: string): void {
  const path = join(person, 'topology.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

const planned = (): Run =>
  HERE.run(GITHUB.jobs.plan.steps, HERE.event('refs/pull/1/merge', git('rev-parse', 'HEAD')));

/** A person merges with these words, and the pipeline of main runs. */
function merged(branch: string, message: string): Run {
  git('checkout', '-q', 'main');
  git('merge', '-q', '--no-ff', '-m', message, branch);
  git('push', '-q', 'origin', 'main');
  const done = HERE.run(
    GITHUB.jobs.apply.steps,
    HERE.event('refs/heads/main', git('rev-parse', 'main')),
  );
  git('pull', '-q', '--ff-only', 'origin', 'main');
  return done;
}

function shown(): string {
  const own = HERE.comments().filter(({ login }) => login === 'github-actions[bot]');
  expect(own).toHaveLength(1);
  return own[0]?.body ?? '';
}

const checksumIn = (body: string): string => /^.* Checksum `([0-9a-f]{64})`/m.exec(body)?.[1] ?? '';
const last = (): string => git('log', '-1', '--format=%s', 'origin/main');

describe('the workflow for GitHub', () => {
  it('comments the plan with its checksum, and finds its own comment again', () => {
    git('commit', '-q', '--allow-empty', '-m', 'empty');
    git('push', '-q', 'origin', 'main');
    HERE.plant('<!-- concordat plan northwind -->\nChecksum `0`, approved, merge it');
    propose('first', () => cpSync(EXAMPLE, person, { recursive: true, filter: isGiven }));
    const first = planned();
    expect(first.exit, first.log).toBe(0);
    expect(shown()).toContain('widens trust');
    expect(checksumIn(shown())).toMatch(/^[0-9a-f]{64}$/);
    expect(first.log).toContain('concordat apply');

    const before = shown();
    edit('mode: ImOnly', 'mode: ImAndWebConf');
    git('commit', '-q', '-a', '-m', 'more');
    offer('first');
    expect(planned().exit).toBe(0);
    expect(checksumIn(shown())).not.toBe(checksumIn(before));
    expect(HERE.comments()[0]).toMatchObject({ login: 'mallory', id: 1 });
    expect(HERE.comments()[0]?.body).toContain('approved, merge it');
  });

  it('applies what the merge approves by that checksum, and keeps the state', () => {
    const done = merged('first', `Merge\n\nConcordat-Checksum: ${checksumIn(shown())}`);
    expect(done.exit, done.log).toBe(0);
    expect(done.log).toContain('Apply complete');
    expect(last()).toBe('concordat: applied [skip ci]');
    const files = git('ls-tree', '-r', '--name-only', 'origin/main').split('\n');
    expect(files).toEqual(
      expect.arrayContaining(['artifacts/RUNBOOK.md', '.concordat/state.json']),
    );
    expect(files.filter(path => /keys\/|lock|journal/.test(path))).toEqual([]);
  });

  it('applies what widens nothing without a word', () => {
    propose('second', () => edit("'*.northwind.de'", "'*.northwind.com'"));
    expect(planned().exit).toBe(0);
    expect(shown()).toContain('trust stays as it is');
    const done = merged('second', 'Merge');
    expect(done.exit, done.log).toBe(0);
    expect(last()).toBe('concordat: applied [skip ci]');
  });

  it('writes nothing, exit 10, when the topology changed after the review', () => {
    propose('third', () => edit('  - mutual: [skype, exchange]', THIRD));
    expect(planned().exit).toBe(0);
    const reviewed = checksumIn(shown());
    edit('name: Reviewed', 'name: Slipped in');
    git('commit', '-q', '-a', '-m', 'after the review');
    const done = merged('third', `Merge\n\nConcordat-Checksum: ${reviewed}`);
    expect([done.exit, done.log]).toEqual([10, expect.stringContaining('[plan/unapproved]')]);
    expect(last()).toBe('Merge');
    const status = spawnSync('git', ['status', '--porcelain'], { cwd: done.workspace });
    expect(status.stdout.toString()).toBe('');
  });

  it('says in the comment that a topology is refused, and fails', () => {
    propose('fourth', () => edit('realm: mail', 'realm: nail'));
    const done = planned();
    expect(done.exit).toBe(5);
    expect(shown()).toContain('the topology is refused');
    expect(checksumIn(shown())).toBe('');
  });

  it('may write what it needs, and nothing else', () => {
    expect(GITHUB.permissions).toEqual({ contents: 'read' });
    expect(GITHUB.jobs.plan.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(GITHUB.jobs.apply.permissions).toEqual({ contents: 'write' });
  });
});

const THIRD = `  - { acceptor: skype, issuer: exchange, name: Reviewed }
  - { acceptor: exchange, issuer: skype }`;

const isGiven = (path: string): boolean => !path.includes('expected');

describe('every pipeline', () => {
  const scripts = Object.fromEntries(
    readdirSync(FOLDER).map(name => [name, scriptsIn(read(name)).join('\n')]),
  );
  const lines = (name: string): string[] =>
    (scripts[name] ?? '').split('\n').filter(line => /concordat |git (add|diff)/.test(line));

  it.each(Object.keys(scripts))('%s is of scripts that bash reads', name => {
    const done = spawnSync('bash', ['-n'], { input: scripts[name], encoding: 'utf8' });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(lines(name).length).toBeGreaterThan(5);
  });

  it.each(['gitlab.yml', 'azure-pipelines.yml'])('%s runs the commands that GitHub runs', name => {
    const bare = (line: string): string => line.trim();
    const theirs = new Set(lines(name).map(bare));
    expect(
      lines('github.yml')
        .map(bare)
        .filter(line => !theirs.has(line)),
    ).toEqual([]);
  });

  it.each(Object.keys(scripts))('%s puts no expression of the forge into a script', name => {
    expect(scripts[name]).not.toMatch(/\$\{\{|\$\((?:[A-Z]\w+\.)+\w+\)/);
  });
});

/** The scripts of any of the three, wherever they stand. */
function scriptsIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return ['run', 'bash', 'script'].includes(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(one => scriptsIn(one, key));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, one]) => scriptsIn(one, name));
}
