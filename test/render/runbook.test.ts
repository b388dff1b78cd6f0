import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/kernel/canonical.ts';
import { block, code, prose } from '../../src/render/markdown.ts';
import { renderExample, type Rendered } from '../support/rendered.ts';

const rendered = await renderExample('skype-exchange-se');
const lab = await renderExample('lync-exchange');

function runbookOf({ proposal }: Rendered): string {
  const found = proposal.artifacts.find(one => one.path === 'RUNBOOK.md');
  return new TextDecoder().decode(found?.bytes);
}

const text = runbookOf(rendered);
const at = (words: string): number => {
  const index = text.indexOf(words);
  if (index < 0) throw new Error(`the runbook does not say: ${words}`);
  return index;
};

describe('steps', () => {
  it('come in the order of dependency, across both sides', () => {
    const order = [
      '### 1. exchange: AuthConfig certificate',
      '.\\skype\\scripts\\10-certificate.ps1\n',
      'Get-CsManagementStoreReplicationStatus',
      '.\\skype\\scripts\\30-contact-store.ps1\n',
      '.\\skype\\scripts\\40-partner-exchange.ps1\n',
      '.\\exchange\\scripts\\50-restart.ps1\n',
      '.\\skype\\scripts\\60-exchange-archiving.ps1\n',
      '.\\skype\\scripts\\70-live-check.ps1\n',
      'Test-CsExStorageConnectivity -SipUri',
      'concordat record receipts/',
    ].map(at);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('name every script that is emitted, and no other', () => {
    const emitted = rendered.proposal.artifacts
      .map(one => one.path)
      .filter(path => path.endsWith('.ps1'))
      .map(path => `.\\${path.replaceAll('/', '\\')}`);
    for (const path of emitted) expect(text).toContain(path);
    const named = [...text.matchAll(/\.\\[a-z]+\\(?:scripts|undo)\\[\w-]+\.ps1/g)].map(
      ([one]) => one,
    );
    expect([...new Set(named)].sort()).toEqual([...emitted].sort());
  });

  it('say where, in which shell and with which role', () => {
    expect(text).toContain('- Shell: Skype for Business Server Management Shell, as administrator');
    expect(text).toContain('- Role: Organization Management');
    expect(text).toContain('`ex1.corp.northwindtraders.com`, `ex2.corp.northwindtraders.com`');
  });

  it('warn of what begins by itself before anything is run', () => {
    expect(at('**Before any partner:**')).toBeLessThan(at('## Steps'));
  });

  it('bring a key along where one was made here', () => {
    const other = runbookOf(lab);
    expect(other).toContain('concordat keys export --address certificate/lync --pfx issuer.pfx');
    expect(other).toContain('-Pfx .\\issuer.pfx -PfxPassword $password');
  });
});

describe('digests', () => {
  it('are those of the files beside it', () => {
    for (const { path, bytes } of rendered.proposal.artifacts) {
      if (path === 'RUNBOOK.md' || path === 'manifest.json') continue;
      expect(text).toContain(`| \`${path.replaceAll('/', '\\')}\` | \`${sha256(bytes)}\` |`);
    }
  });
});

describe('the same topology', () => {
  it('gives the same bytes', async () => {
    const again = await renderExample('skype-exchange-se');
    expect(again.proposal.artifacts.map(one => [one.path, sha256(one.bytes)])).toEqual(
      rendered.proposal.artifacts.map(one => [one.path, sha256(one.bytes)]),
    );
  });
});

describe('text of a user', () => {
  it.each([
    ['a*b_c', 'a\\*b\\_c'],
    ['<script>', '\\<script\\>'],
    ['[x](y)', '\\[x\\]\\(y\\)'],
    ['one\n# two', 'one \\# two'],
    ['a|b', 'a\\|b'],
  ])('%j stays prose', (from, to) => expect(prose(from)).toBe(to));

  it('stays inside its code span', () => {
    expect(code('a`b')).toBe('``a`b``');
    expect(code('`')).toBe('`` ` ``');
    expect(code('')).toBe('`(empty)`');
    expect(code('a|b')).toBe('`a<U+007C>b`');
    expect(code('a\u202eb')).toBe('`a<U+202E>b`');
  });

  it('closes no fence', () => {
    expect(block(['a', '````'], 'sh')).toEqual(['', '`````sh', 'a', '````', '`````', '']);
  });
});
