import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directorySink } from '../../src/adapters/directory-sink.ts';
import { sha256 } from '../../src/kernel/canonical.ts';
import { refusalOf } from '../apply/fixture.ts';
import { freshFolder } from './place.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the artifact folder', () => {
  it('lists every file by path and digest, in one order', async () => {
    const root = join(freshFolder(), 'artifacts');
    const sink = directorySink(root);
    expect([...(await sink.list())]).toEqual([]);
    await sink.write('lync/scripts/40-partner-exchange.ps1', bytes('two'));
    await sink.write('RUNBOOK.md', bytes('one'));
    expect([...(await sink.list())]).toEqual([
      ['RUNBOOK.md', sha256('one')],
      ['lync/scripts/40-partner-exchange.ps1', sha256('two')],
    ]);
    expect(Buffer.from((await sink.read('RUNBOOK.md')) ?? []).toString()).toBe('one');
    expect(await sink.read('lync/none')).toBeUndefined();
  });

  it('loses a file and the folders that were only there for it', async () => {
    const root = join(freshFolder(), 'artifacts');
    const sink = directorySink(root);
    await sink.write('lync/scripts/a.ps1', bytes('a'));
    await sink.write('lync/undo/a.ps1', bytes('a'));
    await sink.remove('lync/scripts/a.ps1');
    expect(readdirSync(join(root, 'lync'))).toEqual(['undo']);
    await sink.remove('lync/undo/a.ps1');
    expect(readdirSync(root)).toEqual([]);
  });

  it('does not list what a killed run left half written, and sweeps it when told', async () => {
    const root = freshFolder();
    const sink = directorySink(root);
    mkdirSync(join(root, 'lync'));
    writeFileSync(join(root, 'lync', `.a.ps1.${'0f'.repeat(16)}.tmp`), 'half');
    expect((await sink.list()).size).toBe(0);
    await sink.sweep();
    expect(readdirSync(join(root, 'lync'))).toEqual([]);
  });
});

describe('something in the way', () => {
  const layouts: readonly [string, (root: string, outside: string) => void][] = [
    ['a link to a file', (root, outside) => symlinkSync(join(outside, 'f'), join(root, 'a.ps1'))],
    ['a link to a folder', (root, outside) => symlinkSync(outside, join(root, 'lync'))],
    ['a link to nothing', root => symlinkSync('/nowhere', join(root, 'x'))],
    ['a pipe', root => execFileSync('mkfifo', [join(root, 'pipe')])],
  ];

  it.each(layouts)('%s stops the listing (artifact/in-the-way)', async (_, make) => {
    const [root, outside] = [freshFolder(), freshFolder()];
    make(root, outside);
    const refusal = await refusalOf(directorySink(root).list());
    expect(refusal).toMatchObject({ code: 'artifact/in-the-way', exit: 1 });
    expect(refusal.detail).toContain(root);
  });

  it('a link for a folder above stops reading, writing and removing', async () => {
    const [root, outside] = [freshFolder(), freshFolder()];
    writeFileSync(join(outside, 'f'), 'victim');
    symlinkSync(outside, join(root, 'lync'));
    const sink = directorySink(root);
    for (const run of [
      sink.read('lync/f'),
      sink.write('lync/f', bytes('x')),
      sink.remove('lync/f'),
    ]) {
      expect((await refusalOf(run)).code).toBe('artifact/in-the-way');
    }
    expect(existsSync(join(outside, 'f'))).toBe(true);
  });

  it('a link for the whole folder stops everything', async () => {
    const [above, outside] = [freshFolder(), freshFolder()];
    symlinkSync(outside, join(above, 'artifacts'));
    const sink = directorySink(join(above, 'artifacts'));
    expect((await refusalOf(sink.list())).code).toBe('artifact/in-the-way');
    expect((await refusalOf(sink.write('f', bytes('x')))).code).toBe('artifact/in-the-way');
    expect(readdirSync(outside)).toEqual([]);
  });
});

describe('a name', () => {
  const escapes = [
    '../x',
    'a/../../x',
    '/etc/x',
    'a//b',
    '',
    'C:/x',
    'a\\b',
    'a:b',
    '.',
    '..',
    '.x',
  ];
  const devices = ['con/x.ps1', 'nul', 'aux.cer', 'COM1.ps1', 'lpt9/x', 'a./x', 'a /x', 'é'];

  it.each([...escapes, ...devices])('%j is refused (artifact/name)', async path => {
    const root = freshFolder();
    const sink = directorySink(join(root, 'artifacts'));
    expect(await refusalOf(sink.write(path, bytes('x')))).toMatchObject({
      code: 'artifact/name',
      exit: 5,
    });
    expect((await refusalOf(sink.remove(path))).code).toBe('artifact/name');
    expect(readdirSync(root)).toEqual([]);
  });

  it.each(['RUNBOOK.md', 'console/x.ps1', 'lync/scripts/40-partner-a.b.ps1'])(
    '%j is taken',
    async path => {
      const sink = directorySink(freshFolder());
      await sink.write(path, bytes('x'));
      expect([...(await sink.list()).keys()]).toEqual([path]);
    },
  );
});
