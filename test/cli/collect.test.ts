import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectors } from '../../src/index.ts';
import { call } from '../support/cli.ts';

const empty = (): string => mkdtempSync(join(tmpdir(), 'concordat-test-'));

describe('concordat collect', () => {
  it('writes the script of each family, without any topology, and says what to do', () => {
    const folder = empty();
    const result = call(['collect'], folder);
    expect(result.exit).toBe(0);
    expect(readdirSync(folder)).toEqual(['collect']);
    expect(readdirSync(join(folder, 'collect')).sort()).toEqual([
      'collect-exchange-server.ps1',
      'collect-skype-for-business-server.ps1',
    ]);
    expect(result.out).toContain(
      [
        'wrote collect/collect-exchange-server.ps1',
        '  reads   Exchange Server: 10 commands, changes nothing',
        '  shell   Exchange Management Shell',
        '  where   one Mailbox server, once',
        '  role    View-Only Organization Management',
        '',
      ].join('\n'),
    );
    expect(result.err).toBe(
      'next: run each of them there, then carry the folder evidence-... that it writes\n' +
        'beside itself, whole, into evidence/ beside the topology, and there:\n      concordat plan --from evidence/\n' +
        'or, where there is no topology yet:\n      concordat import evidence/\n',
    );
  });

  it('writes the golden bytes, wherever it is asked to', async () => {
    const folder = empty();
    expect(call(['collect', '--out', 'a/b'], folder).exit).toBe(0);
    for (const { file, bytes } of await collectors()) {
      const written = readFileSync(join(folder, 'a/b', file));
      expect(written.equals(bytes)).toBe(true);
      const golden = new URL(`../language/collectors/${file}`, import.meta.url);
      expect(written.equals(readFileSync(golden))).toBe(true);
    }
  });

  it.each(['exchange-server', 'exchange-server-2013', 'exchange-server-se'])(
    'writes one script for %s, the same for a family and each of its versions',
    product => {
      const folder = empty();
      expect(call(['collect', '--product', product], folder).exit).toBe(0);
      expect(readdirSync(join(folder, 'collect'))).toEqual(['collect-exchange-server.ps1']);
    },
  );

  it('writes one script for each product that is named, and each once', () => {
    const folder = empty();
    const words = ['exchange-server-se', 'lync-server-2013', 'exchange-server'];
    const result = call(['collect', ...words.map(one => `--product=${one}`)], folder);
    expect(result.exit).toBe(0);
    expect(result.out.match(/^wrote /gm)).toHaveLength(2);
    expect(readdirSync(join(folder, 'collect'))).toHaveLength(2);
    const other = call(['collect', '--product', 'exchange-server', '--product', 'x'], empty());
    expect([other.exit, other.out]).toEqual([5, '']);
  });

  it.each([
    [['--ca', 'ca.pem'], "option '--ca <file>' needs option '--url <url>'"],
    [['--allow-private', 'ex01'], "'--allow-private <host>' needs option '--url <url>'"],
    [['--allow-host', 'ex01:444'], "'--allow-host <host:port>' needs option '--url <url>'"],
    [['--out', ''], "option '--out <folder>' argument '' is invalid"],
  ])('refuses %j, and writes nothing', (words, said) => {
    const folder = empty();
    const result = call(['collect', ...words], folder);
    expect([result.exit, result.out, readdirSync(folder)]).toEqual([64, '', []]);
    expect(result.err).toContain(said);
  });

  it('leaves what is there as it is, and writes nothing where another file is', () => {
    const folder = empty();
    call(['collect'], folder);
    const again = call(['collect'], folder);
    expect(again.exit).toBe(0);
    expect(again.out).toContain('collect/collect-exchange-server.ps1 is there already\n');
    const other = empty();
    const theirs = join(other, 'collect-skype-for-business-server.ps1');
    writeFileSync(theirs, 'theirs');
    const refused = call(['collect', '--out', '.'], other);
    expect(refused.exit).toBe(5);
    expect(refused.err).toContain('[cli/file-exists]');
    expect(refused.err).toContain('collect-skype-for-business-server.ps1 is there already');
    expect(readdirSync(other)).toEqual(['collect-skype-for-business-server.ps1']);
    expect(readFileSync(theirs, 'utf8')).toBe('theirs');
  });

  it('refuses a product that it does not know, and says which it does', () => {
    const folder = empty();
    const near = call(['collect', '--product', 'exchange-serverse'], folder);
    expect([near.exit, readdirSync(folder)]).toEqual([5, []]);
    expect(near.err).toContain('[cli/unknown-product]');
    expect(near.err).toContain('exchange-server-se');
    const far = call(['collect', '--product', 'x'], folder);
    expect(far.err).toContain('one of: exchange-server, exchange-server-2013');
  });

  it('is no wider than the terminal', () => {
    const { out } = call(['collect'], empty(), { COLUMNS: '80' });
    expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
    expect(out).toContain('or Lync Server Management\n          Shell\n');
  });

  it('tells machines what it wrote and what each script reads', () => {
    const folder = empty();
    const { out } = call(['collect', '--format', 'json'], folder);
    const told = JSON.parse(out) as { format_version: string; scripts: Record<string, unknown>[] };
    expect(told.format_version).toBe('1.0');
    expect(told.scripts).toHaveLength(2);
    expect(told.scripts[0]).toMatchObject({
      family: 'exchange-server',
      file: 'collect/collect-exchange-server.ps1',
      written: true,
      roles: ['View-Only Organization Management'],
    });
  });
});
