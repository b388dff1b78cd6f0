import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { bench, call, type Bench, type Call } from '../support/cli.ts';

const GITIGNORE = new URL('../../templates/init/gitignore.liquid', import.meta.url);

let origin: Bench;
let count = 0;

function git(cwd: string, ...words: readonly string[]): void {
  const name = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  execFileSync('git', [...name, ...words], { cwd });
}

function commit(): void {
  git(origin.folder, 'add', '-A');
  git(origin.folder, 'commit', '-q', '-m', 'x');
}

/** What somebody else has after `git clone`, without a passphrase. */
function clone(): string {
  const folder = join(origin.folder, `../clone-${count++}`);
  git(origin.folder, 'clone', '-q', '.', folder);
  return folder;
}

const plan = (folder: string): Call & { readonly plan: Plan } => {
  const { out } = call(['plan', '--format', 'json'], folder);
  return { ...call(['plan'], folder), plan: JSON.parse(out) as Plan };
};
/** White space is where a line was wrapped. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');

beforeAll(() => {
  origin = bench('lync-exchange');
  cpSync(fileURLToPath(GITIGNORE), join(origin.folder, '.gitignore'));
  git(origin.folder, 'init', '-q', '-b', 'main');
  commit();
});

describe('a clone before anything was made', () => {
  it('shows what it can, marks what keys will tell, and says so in one line', () => {
    const { out, err, plan: made } = plan(clone());
    expect(out).toContain('thumbprint = (known after keys prepare)');
    expect(out).toContain('Trust: widens');
    expect(made).toMatchObject({ complete: false, missing: ['keys'], checksum: null });
    expect(flat(out)).toContain('cannot be applied: keys are not here or not made yet, so that');
    expect(err).toContain('next: concordat keys prepare');
  });
});

describe('a clone of what was applied', () => {
  beforeAll(() => {
    origin.run(['keys', 'prepare']);
    const { checksum } = JSON.parse(origin.run(['plan', '--format', 'json']).out) as Plan;
    expect(origin.run(['apply', `--allow-widening=${checksum ?? ''}`]).exit).toBe(0);
    commit();
  });

  it('has no key, lock or journal in it', () => {
    expect(readdirSync(join(clone(), '.concordat')).sort()).toEqual(['project.json', 'state.json']);
  });

  it('plans exactly with the state that was committed: nothing to do', () => {
    const { out, plan: made } = plan(clone());
    expect(made).toMatchObject({ complete: true, missing: [] });
    expect(out).toContain('No changes to write');
  });

  it('without the state it is a preview that says what is missing, and how to go on', () => {
    const folder = clone();
    rmSync(join(folder, '.concordat/state.json'));
    const { out, err, plan: made } = plan(folder);
    expect(made).toMatchObject({ complete: false, missing: ['state', 'keys'], checksum: null });
    expect(flat(out)).toContain(
      'the recorded state is not here, so that everything looks new; keys',
    );
    expect(err).toContain('next: bring .concordat/state.json back');
    const comment = call(['plan', '--format', 'markdown'], folder).out;
    expect(comment).toContain('the recorded state is not here, so that everything looks new; keys');
  });

  it('without the state makes no second set of keys', () => {
    const folder = clone();
    rmSync(join(folder, '.concordat/state.json'));
    const passphrase = join(folder, '../passphrase');
    const env = { CONCORDAT_PASSPHRASE_FILE: passphrase };
    const { exit, err } = call(['keys', 'prepare'], folder, env);
    expect([exit, err]).toEqual([8, expect.stringContaining('[state/missing]')]);
    expect(existsSync(join(folder, '.concordat/keys'))).toBe(false);
  });
});
