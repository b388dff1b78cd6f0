import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openRevision, revisionOf } from '../../src/adapters/git-project.ts';
import type { Project } from '../../src/adapters/open-project.ts';
import { Refusal } from '../../src/kernel/report.ts';

const root = mkdtempSync(join(tmpdir(), 'concordat-git-'));
const below = join(root, 'below/here');

function git(...words: readonly string[]): void {
  const name = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  execFileSync('git', [...name, ...words], { cwd: root });
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

beforeAll(() => {
  git('init', '-q', '-b', 'main');
  write('topology.yaml', 'name: root\n');
  write('below/here/topology/b.yml', 'name: b\n');
  write('below/here/topology/deep/a.yaml', 'name: a\n');
  write('below/here/topology/read.me', 'x');
  write('below/here/issuer.cer', 'x'.repeat(100));
  symlinkSync('/etc/hostname', join(root, 'link.yaml'));
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
  write('below/here/issuer.cer', 'changed since');
  write('topology.yaml', 'name: changed\n');
});

function opened(word: string, from = root): Project {
  const revision = revisionOf(word);
  if (!revision) throw new Error(`${word} names no revision`);
  return openRevision(revision, from);
}

const filesOf = ({ files }: Project): [string, string][] =>
  files.map(({ file, bytes }) => [file, new TextDecoder().decode(bytes)]);

const FOLDER = [
  ['topology/b.yml', 'name: b\n'],
  ['topology/deep/a.yaml', 'name: a\n'],
];

describe('a topology of a revision', () => {
  it.each([
    ['main:topology.yaml', root, [['topology.yaml', 'name: root\n']]],
    ['HEAD:', root, [['topology.yaml', 'name: root\n']]],
    ['HEAD:', below, FOLDER],
    ['HEAD:./topology', below, FOLDER],
    ['HEAD:below/here/topology/', root, FOLDER],
    ['HEAD:../../topology.yaml', below, [['topology.yaml', 'name: root\n']]],
    ['HEAD:topology.yaml', below, [['topology.yaml', 'name: root\n']]],
  ])('%s in %s is what was committed, under the name it had there', (word, from, files) => {
    expect(filesOf(opened(word, from))).toEqual(files);
  });

  it('has the certificate files of the same commit, and none from outside of it', async () => {
    const { world } = opened('main:', below);
    const read = (path: string, most = 1000) => world.files.read(path, most);
    expect(await read('issuer.cer')).toHaveLength(100);
    expect(await read('../../link.yaml')).toHaveLength('/etc/hostname'.length);
    expect(await read('issuer.cer', 99)).toBe('too-large');
    expect(await read('issuer.cer', 100)).toHaveLength(100);
    for (const path of ['nope.cer', '../../../etc/passwd', '/etc/passwd', '.', 'topology']) {
      expect(await read(path), path).toBeUndefined();
    }
  });

  it.each([
    ['nope:topology.yaml', 'git/no-revision'],
    ['--output=/tmp/x:topology.yaml', 'git/no-revision'],
    ['main;ls:topology.yaml', 'git/no-revision'],
    ['main^{tree}:topology.yaml', 'git/no-revision'],
    ['main:nope.yaml', 'git/no-topology'],
    ['main:*.yaml', 'git/no-topology'],
    [':(glob)x:topology.yaml', undefined],
    ['main:--output=x', 'git/no-topology'],
    ['main:link.yaml', 'git/no-topology'],
    ['main:../../etc', 'git/no-topology'],
  ])('%s is refused with %s', (word, code) => {
    if (code === undefined) return expect(revisionOf(word)).toBeUndefined();
    const refused = (): string => {
      try {
        opened(word);
        return 'opened';
      } catch (error) {
        return error instanceof Refusal ? `${error.diagnostic.code} ${error.exit}` : String(error);
      }
    };
    expect(refused()).toBe(`${code} 5`);
  });

  it('is not looked for where there is no repository', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'concordat-git-'));
    expect(() => opened('main:', elsewhere)).toThrow('git/no-repository');
  });
});
