import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../src/plan/plan.ts';
import { bench, type Bench } from './support/cli.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const [, page = ''] = readFileSync(join(root, 'docs/reliability.md'), 'utf8').split(
  '## Mistakes of peers\n',
);

/** Rows of the table: "| a promise (peer#1) | `test/a.test.ts`: a name; `test/b.test.ts`: another |". */
const named = (page.split('\n## ')[0] ?? '').split('\n').flatMap(line => {
  const [, mistake = '', held = ''] = line.split('|').map(cell => cell.trim());
  const tests = [...held.matchAll(/`(test\/[\w/.-]+)`: ([^;|]+)/g)];
  return tests.map(([, file = '', name = '']) => ({ mistake, file, name: name.trim() }));
});

describe('a mistake of a peer', () => {
  it('is in the list with its issue, each held by a test', () => {
    const mistakes = [...new Set(named.map(({ mistake }) => mistake))];
    expect(mistakes.length).toBeGreaterThanOrEqual(8);
    for (const mistake of mistakes) expect(mistake).toMatch(/ \([^)]+\)$/);
  });

  it.each(named)('$mistake: $file, "$name"', ({ file, name }) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(readFileSync(join(root, file), 'utf8')).toContain(name);
  });
});

const EXAMPLES = ['lync-exchange', 'skype-exchange-se'];
const READING = [
  ['validate'],
  ['plan'],
  ['plan', '--diff', '--format', 'json'],
  ['plan', '--at', '2030-01-01', '--detailed-exitcode'],
  ['prove'],
  ['keys', 'list'],
  ['state', 'list'],
  ['state', 'history'],
  ['state', 'pull'],
];

describe.each(EXAMPLES)('examples/%s', name => {
  it('a preview writes nothing, nor does any other command that reads (auth0#1227)', () => {
    const project = bench(name);
    for (const prepare of [() => undefined, () => applied(project)]) {
      prepare();
      const before = filesOf(project);
      for (const words of READING) {
        const { err } = project.run(words);
        expect(err, words.join(' ')).not.toContain('fault of its own');
        expect(filesOf(project), words.join(' ')).toEqual(before);
      }
    }
  });

  it('every certificate is in every plan, whether it changes or not (auth0#1438, KC NORMALIZE)', () => {
    const project = bench(name);
    const first = plan(project);
    const certificates = certificatesIn(first);
    expect(certificates).toHaveLength(2);
    const shown = project.run(['plan']).out;
    for (const { address } of certificates) expect(shown).toContain(address);
    applied(project);
    const kept = certificatesIn(plan(project));
    expect(kept.map(({ address }) => address)).toEqual(certificates.map(({ address }) => address));
    for (const { actions } of kept) expect(actions).toEqual(['keep']);
  });
});

function plan({ run }: Bench): Plan {
  return JSON.parse(run(['plan', '--format', 'json']).out) as Plan;
}

function certificatesIn({ changes }: Plan): Plan['changes'] {
  return changes.filter(({ address }) => address.startsWith('certificate/'));
}

function applied(project: Bench): void {
  expect(project.run(['keys', 'prepare']).exit).toBe(0);
  expect(project.run(['apply', `--allow-widening=${plan(project).checksum ?? ''}`]).exit).toBe(0);
}

/** Every file of a project by its digest and the moment it was last written. */
function filesOf({ folder }: Bench): Record<string, string> {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = all.filter(path => statSync(join(folder, path)).isFile());
  return Object.fromEntries(
    files.map(path => {
      const sum = createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex');
      return [path, `${sum} ${statSync(join(folder, path)).mtimeMs}`];
    }),
  );
}
