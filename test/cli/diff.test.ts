import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/review/compare.ts';
import { bench, type Bench, type Call } from '../support/cli.ts';
import { published } from '../support/published.ts';

const validate = published('diff');
const SAME = 'This changes nothing: the same resources, the same trust.\n';
const NAME = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];

let project: Bench;

/** A repository with a branch `main`, and a topology that is changed on it in the way named. */
function repository(): Bench {
  const made = bench('skype-exchange-se');
  git(made, 'init', '-q', '-b', 'main');
  commit(made);
  return made;
}

function git({ folder }: Bench, ...words: readonly string[]): string {
  return execFileSync('git', [...NAME, ...words], { cwd: folder, encoding: 'utf8' });
}

function commit(made: Bench): void {
  git(made, 'add', '-A');
  git(made, 'commit', '-q', '-m', 'x');
}

function edit({ folder }: Bench, from: string | RegExp, to: string): void {
  const path = join(folder, 'topology.yaml');
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(path, text.replace(from, to));
}

const diff = (...words: readonly string[]): Call => project.run(['diff', ...words]);

function json(...words: readonly string[]): Comparison {
  const { out, err } = diff(...words, '--format', 'json');
  const document: unknown = JSON.parse(out || err);
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
  return document as Comparison;
}

beforeAll(() => {
  project = repository();
});

describe('a refactor', () => {
  it('changes nothing: comments, order and the number of files do not matter', () => {
    const text = readFileSync(join(project.folder, 'topology.yaml'), 'utf8');
    const version = 'apiVersion: concordat/v1\n';
    const parts = text.split(/^(?=[a-z][A-Za-z]*:)/m).slice(2);
    mkdirSync(join(project.folder, 'topology'));
    parts.reverse().forEach((part, index) => {
      writeFileSync(join(project.folder, `topology/${index}.yaml`), `${version}# moved\n${part}`);
    });
    const { exit, out, err } = diff('main:', 'topology', '--detailed-exitcode');
    expect([exit, out], err).toEqual([0, `Trust: same (2 edges).\n\n${SAME}`]);
    expect(json('main:topology.yaml', 'topology')).toMatchObject({ different: false });
    rmSync(join(project.folder, 'topology'), { recursive: true });
  });
});

describe('what differs', () => {
  it('is said attribute by attribute, with the files that follow from it', () => {
    edit(project, 'mode: ImOnly', 'mode: ImAndWebConf');
    const { exit, out } = diff('main:', '--detailed-exitcode');
    git(project, 'checkout', '-q', '.');
    expect(exit).toBe(2);
    expect(out).toBe(
      [
        '  # feature/skype/exchange-archiving changed',
        '  ~ feature/skype/exchange-archiving',
        '      mode = "ImOnly" -> "ImAndWebConf"',
        '      # (3 unchanged attributes hidden)',
        '',
        'Trust: same (2 edges).',
        '',
        'Files:',
        '  ~ RUNBOOK.md',
        '  ~ skype/scripts/60-exchange-archiving.ps1',
        '  ~ skype/undo/60-exchange-archiving.ps1',
        '',
        'Resources: 1 changed. Trust: same. Files: 3 written otherwise.',
        '',
      ].join('\n'),
    );
  });

  it('is read as trust, in the direction of the question', () => {
    edit(project, /^partners:\n(?: +-.*\n)+/m, 'partners: []\n');
    edit(project, /^scenarios:\n(?: .*\n)+/m, 'scenarios: []\n');
    const forth = json('main:');
    const back = json('topology.yaml', 'main:');
    const { out } = diff('main:', '--format', 'markdown');
    git(project, 'checkout', '-q', '.');
    expect(forth.trust.reading).toBe('narrows');
    expect(back.trust.reading).toBe('widens');
    expect(back.resources.every(({ difference }) => difference === 'added')).toBe(true);
    expect(out).toContain('- **narrows** `exchange accepts tokens of skype');
    expect(out).toMatch(/^- partner\/skype\/exchange$/m);
  });
});

describe('what only has another name', () => {
  it('is moved, and its trust is the same', () => {
    edit(project, /^ {2}skype:$/m, '  chat:');
    edit(project, 'mutual: [skype, exchange]', 'mutual: [chat, exchange]');
    edit(project, 'between: [skype, exchange]', 'between: [chat, exchange]');
    edit(project, /$/, '\nmoved: [{ from: skype, to: chat }]\n');
    const found = json('main:');
    const { out } = diff('main:');
    const { out: page } = diff('main:', '--format', 'markdown');
    git(project, 'checkout', '-q', '.');
    expect(found.trust.reading).toBe('same');
    expect(new Set(found.resources.map(({ difference }) => difference))).toEqual(
      new Set(['moved']),
    );
    const head = '  # partner/exchange/chat moved\n  # was partner/exchange/skype\n';
    expect(out).toContain(`${head}  > partner/exchange/chat\n\n`);
    expect(page).toContain('# was partner/exchange/skype\n> partner/exchange/chat\n');
    expect(out).toMatch(
      /\nResources: 7 moved\. Trust: same\. Files: \d+ new, \d+ written otherwise, \d+ gone\.\n$/,
    );
  });
});

describe('a protection', () => {
  it('is told when it begins and when it is lifted', () => {
    edit(project, 'mutual: [skype, exchange]', 'mutual: [skype, exchange]\n    protect: true');
    const [begun, lifted] = [diff('main:'), diff('topology.yaml', 'main:')];
    const found = json('topology.yaml', 'main:');
    git(project, 'checkout', '-q', '.');
    expect(begun.out).toContain(
      '  # partner/skype/exchange changed\n  # not protected -> protected',
    );
    expect(begun.out).toMatch(/\nResources: 2 changed\. Protection: 2 begun\. Trust: same\. /);
    expect(lifted.out).toContain('  # protected -> not protected\n  ~ partner/skype/exchange\n');
    expect(lifted.out).toMatch(/ Protection: 2 lifted\. Trust: same\. Files: the same\.\n$/);
    expect(found.different).toBe(true);
    expect(found.resources[0]?.protect).toEqual({ before: true, after: false });
  });
});

describe('a git revision', () => {
  it('brings its own certificate files along', () => {
    rmSync(join(project.folder, 'evidence'), { recursive: true });
    const { exit, out } = diff('HEAD:', 'main:topology.yaml');
    expect([exit, out.endsWith(SAME)]).toEqual([0, true]);
    const { err } = diff('HEAD:', 'topology.yaml');
    expect(err).toContain('topology.yaml is refused');
    git(project, 'checkout', '-q', '.');
  });

  it('cannot be read where there is no git', () => {
    const without = project.run(['diff', 'main:'], { PATH: '/nowhere' });
    expect([without.exit, without.err]).toEqual([5, expect.stringContaining('[git/not-run]')]);
  });
});

describe('a topology that is refused', () => {
  it('is named, with place and exit code 5, whichever of the two it is', () => {
    edit(project, /realm: mail$/m, 'realm: nail');
    commit(project);
    for (const words of [
      ['HEAD:', 'main~1:'],
      ['main~1:topology.yaml', 'HEAD:'],
    ]) {
      const { exit, out, err } = diff(...words);
      expect([exit, out]).toEqual([5, '']);
      expect(err).toMatch(/^HEAD: is refused:/);
      expect(err).toMatch(/^HEAD:topology\.yaml:\d+:\d+: Realm is not declared/m);
    }
    const { exit, out } = diff('HEAD:', 'main~1:', '--format', 'json');
    expect([exit, JSON.parse(out)]).toMatchObject([5, { valid: false, error_count: 1 }]);
  });
});

describe('two plans', () => {
  it('differ in what they do, and in their checksum', () => {
    project = repository();
    project.run(['plan', '--out', 'a.json']);
    project.run(['plan', '--out', 'b.json']);
    expect(json('a.json', 'b.json')).toMatchObject({ of: 'plan', different: false });
    edit(project, 'mode: ImOnly', 'mode: ImAndWebConf');
    project.run(['plan', '--out', 'c.json']);
    const found = json('a.json', 'c.json');
    expect(found.facts.map(({ name }) => name)).toEqual(['checksum']);
    expect(found.resources.map(({ address }) => address)).toEqual([
      'feature/skype/exchange-archiving',
    ]);
    expect(diff('a.json', 'c.json').out).toMatch(/^ {2}checksum: "[0-9a-f]{64}" -> "/m);
  });

  it('are not compared with a topology', () => {
    const { exit, err } = diff('a.json', 'topology.yaml');
    expect([exit, err]).toEqual([5, expect.stringContaining('[cli/not-comparable]')]);
  });
});
