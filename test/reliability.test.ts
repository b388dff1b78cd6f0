import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTopology } from '../src/topology/read.ts';
import { base, codesIn, edit, file } from './support/check.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');

/** Rows of the table of traps: "| 1 … | `test/a.test.ts`: a name; `test/b.test.ts`: another |". */
const named = page
  .split('\n')
  .filter(line => /^\| \d+ /.test(line))
  .flatMap(line => {
    const tests = [...line.matchAll(/`(test\/[\w/.-]+)`: ([^;|]+)/g)];
    const trap = line.split(' ')[1] ?? '';
    return tests.map(([, file = '', name = '']) => ({ trap, file, name: name.trim() }));
  });

describe('the traps that reliability.md lists', () => {
  it('are ten, each held by a test', () => {
    const traps = [...new Set(named.map(({ trap }) => trap))];
    expect(traps).toEqual(Array.from({ length: 10 }, (_, index) => String(index + 1)));
  });

  it.each(named)('$trap is held by a test that is there: $file, "$name"', ({ file, name }) => {
    expect(existsSync(join(root, file))).toBe(true);
    expect(readFileSync(join(root, file), 'utf8')).toContain(name);
  });
});

const lync = base('lync-exchange');

describe('a directive or a tag is refused, and a word stays a word', () => {
  it('%YAML 1.1', () => {
    expect(codesIn(`%YAML 1.1\n---\n${lync}`)).toContain('yaml/directive');
  });

  it.each(['!!binary', '!!set', '!!timestamp', '!!int'])('%s', tag => {
    expect(codesIn(edit(lync, 'name: litware\n', `name: ${tag} litware\n`))).toContain('yaml/tag');
  });

  it.each(['NO', '1:30', '2001-12-14'])('%s', word => {
    const { topology } = readTopology([file(edit(lync, 'site: HQ', `site: ${word}`))]);
    expect(JSON.stringify([...(topology?.deployments.values() ?? [])])).toContain(`"${word}"`);
  });
});

it('a realm called __proto__ is reported and changes no other', () => {
  const named = edit(lync, '  mail: {', '  __proto__: { trusted: true }\n  mail: {');
  const { report, topology } = readTopology([file(named)]);
  expect(report.diagnostics.length).toBeGreaterThan(0);
  expect(topology).toBeUndefined();
  expect(readTopology([file(lync)]).topology?.realms.get('__proto__')).toBeUndefined();
  expect(({} as Record<string, unknown>)['trusted']).toBeUndefined();
});

it('lets the library that writes ASN.1 verify nothing', () => {
  const users = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => ({ name, text: readFileSync(join(root, 'src', name), 'utf8') }))
    .filter(({ text }) => text.includes("'node-forge'"));
  expect(users.length).toBeGreaterThan(0);
  for (const { name, text } of users) {
    expect(name).toMatch(/^render[/\\]/);
    expect(text).not.toMatch(/\.verify\(|verifyCertificateChain|createCaStore|forge\.tls/);
  }
});

it('builds and tests itself with nothing that Node 20 cannot run', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { engines?: { node?: string } }>;
  };
  const newer = Object.entries(lock.packages).filter(([, { engines }]) =>
    /^\s*(?:>=\s*|\^)?2[1-9]/.test(engines?.node ?? ''),
  );
  expect(newer.map(([name]) => name)).toEqual([]);
});
