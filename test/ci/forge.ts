import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { COMMAND } from '../support/cli.ts';

/** A comment as the stand-in of the forge keeps it. */
export interface Comment {
  readonly id: number;
  readonly login: string;
  readonly body: string;
}

/** A step of a job, as far as it runs. */
export interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a job ended, and where it ran. */
export interface Run {
  readonly exit: number;
  readonly log: string;
  readonly workspace: string;
}

/**
 * The only thing that is not real: `gh` keeps comments in a file instead of on a forge. What it
 * selects is written out here, because the filter of the workflow is for the real one.
 */
const GH = `#!/usr/bin/env node
const fs = require('node:fs');
const [verb, ...words] = process.argv.slice(2);
if (verb === 'auth') process.exit(0);
const file = process.env.COMMENTS;
const comments = JSON.parse(fs.readFileSync(file, 'utf8'));
const after = flag => words[words.indexOf(flag) + 1];
const path = words.find(one => one.startsWith('repos/'));
if (words.includes('--jq')) {
  const own = comments.filter(
    one => one.login === 'github-actions[bot]' && one.body.startsWith(process.env.MARKER));
  for (const { id } of own) console.log(id);
} else {
  const body = fs.readFileSync(after('-F').replace('body=@', ''), 'utf8');
  if (body.length > 65536) process.exit(1);
  const id = Number(path.split('/').at(-1));
  const next = after('--method') === 'PATCH'
    ? comments.map(one => (one.id === id ? { ...one, body } : one))
    : [...comments, { id: comments.length + 1, login: 'github-actions[bot]', body }];
  fs.writeFileSync(file, JSON.stringify(next));
}
`;

/** A forge in a folder: a bare repository, one pull request, a person's clone, a runner. */
export function forge() {
  const root = mkdtempSync(join(tmpdir(), 'concordat-forge-'));
  const server = join(root, 'server/owner/name');
  const person = join(root, 'person');
  const comments = join(root, 'comments.json');
  const bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(comments, '[]');
  writeFileSync(join(bin, 'gh'), GH, { mode: 0o755 });
  writeFileSync(join(bin, 'concordat'), command(), { mode: 0o755 });
  const path = [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  const env = { PATH: path, HOME: root, GIT_CONFIG_NOSYSTEM: '1', COMMENTS: comments };

  const git = (...words: readonly string[]): string => {
    const name = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    const done = spawnSync('git', [...name, ...words], { cwd: person, env, encoding: 'utf8' });
    expect(done.status, done.stderr).toBe(0);
    return done.stdout.trim();
  };
  const bash = (script: string, cwd: string, more: Readonly<Record<string, string>>) =>
    spawnSync('bash', ['-e', '-c', script], { cwd, env: { ...env, ...more }, encoding: 'utf8' });

  mkdirSync(server, { recursive: true });
  mkdirSync(person);
  spawnSync('git', ['init', '-q', '--bare', '-b', 'main', server], { env });
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', server);
  cpSync(
    fileURLToPath(new URL('../../templates/init/gitignore.liquid', import.meta.url)),
    join(person, '.gitignore'),
  );

  return {
    person,
    server,
    git,
    comments: () => JSON.parse(readFileSync(comments, 'utf8')) as Comment[],
    plant: (body: string) =>
      writeFileSync(comments, JSON.stringify([{ id: 1, login: 'mallory', body }])),
    /** Runs the steps as a hosted runner does, in an empty folder; the installation is done. */
    run(steps: readonly Step[], event: Record<string, string>): Run {
      const workspace = mkdtempSync(join(root, 'work-'));
      let log = '';
      for (const { name, run, env: own = {} } of steps) {
        if (run === undefined || name === 'install') continue;
        const more: Record<string, string> = { ...event };
        for (const [key, value] of Object.entries(own)) more[key] = expanded(value);
        const done = bash(run, workspace, more);
        log += done.stdout + done.stderr;
        if (done.status !== 0) return { exit: done.status ?? -1, log, workspace };
      }
      return { exit: 0, log, workspace };
    },
    event: (ref: string, sha: string) => ({
      GITHUB_SERVER_URL: `file://${join(root, 'server')}`,
      GITHUB_REPOSITORY: 'owner/name',
      GITHUB_REF: ref,
      GITHUB_SHA: sha,
    }),
    written: (workspace: string) => existsSync(join(workspace, 'artifacts')),
  };
}

/** The built command. */
function command(): string {
  return `#!/bin/bash\nexec '${process.execPath}' '${COMMAND}' "$@"\n`;
}

const EXPRESSIONS: Readonly<Record<string, string>> = {
  '${{ github.token }}': 'a-token',
  '${{ github.event.pull_request.number }}': '1',
};

function expanded(value: string): string {
  const known = EXPRESSIONS[value];
  if (known === undefined) throw new Error(`the runner knows no ${value}`);
  return known;
}
