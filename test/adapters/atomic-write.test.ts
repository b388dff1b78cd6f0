import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeAtomic } from '../../src/adapters/atomic-write.ts';
import { sweep } from '../../src/adapters/folder.ts';
import { writeFault } from '../../src/adapters/write-fault.ts';
import { refusalOf } from '../apply/fixture.ts';
import { transpile } from '../campaign/transpile.mjs';
import { tools } from '../support/tools.ts';
import { freshFolder } from './place.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (path: string): string => readFileSync(path, 'utf8');
const root = process.getuid?.() === 0;
const posix = process.platform !== 'win32';

describe('a file that is written', () => {
  it('is whole, replaces the one before, and leaves nothing beside it', async () => {
    const folder = freshFolder();
    await writeAtomic(join(folder, 'a/b.json'), bytes('one'));
    await writeAtomic(join(folder, 'a/b.json'), bytes('two'));
    expect(text(join(folder, 'a/b.json'))).toBe('two');
    expect(readdirSync(join(folder, 'a'))).toEqual(['b.json']);
  });

  it.each([0, 1, 100_000, 3_000_000])('holds %i bytes as they were given', async size => {
    const folder = freshFolder();
    const given = Buffer.alloc(size, 'x');
    await writeAtomic(join(folder, 'f'), given);
    expect(readFileSync(join(folder, 'f')).equals(given)).toBe(true);
  });

  it.skipIf(!posix)('has the permissions it was given under every umask', async () => {
    const folder = freshFolder();
    for (const umask of [0o000, 0o002, 0o007, 0o022, 0o027, 0o077, 0o177, 0o277]) {
      const before = process.umask(umask);
      try {
        await writeAtomic(join(folder, `open-${umask}`), bytes('x'));
        await writeAtomic(join(folder, `secret-${umask}`), bytes('x'), { mode: 0o600 });
      } finally {
        process.umask(before);
      }
      expect(statSync(join(folder, `open-${umask}`)).mode & 0o777).toBe(0o644);
      expect(statSync(join(folder, `secret-${umask}`)).mode & 0o777).toBe(0o600);
    }
  });

  it.skipIf(!posix)('loses the open permissions of the file it replaces', async () => {
    const path = join(freshFolder(), 'key');
    writeFileSync(path, 'old', { mode: 0o666 });
    await writeAtomic(path, bytes('new'), { mode: 0o600 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('leaves the other name of a hard-linked file as it was', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'victim'), 'victim');
    linkSync(join(folder, 'victim'), join(folder, 'state'));
    await writeAtomic(join(folder, 'state'), bytes('new'));
    expect(text(join(folder, 'victim'))).toBe('victim');
  });

  it('is made only once where it must not be replaced (write/taken)', async () => {
    const path = join(freshFolder(), 'key');
    await writeAtomic(path, bytes('first'), { exclusive: true });
    const refusal = await refusalOf(writeAtomic(path, bytes('second'), { exclusive: true }));
    expect(refusal).toMatchObject({ code: 'write/taken', exit: 1 });
    expect(text(path)).toBe('first');
    expect(readdirSync(join(path, '..'))).toEqual(['key']);
  });
});

describe('a link in the way', () => {
  it.skipIf(!posix)('at the place itself is refused, its target untouched', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'victim'), 'victim');
    symlinkSync(join(folder, 'victim'), join(folder, 'state.json'));
    const refusal = await refusalOf(writeAtomic(join(folder, 'state.json'), bytes('new')));
    expect(refusal.code).toBe('write/in-the-way');
    expect(text(join(folder, 'victim'))).toBe('victim');
    expect(lstatSync(join(folder, 'state.json')).isSymbolicLink()).toBe(true);
  });

  it.skipIf(!posix)('instead of the folder is refused (write/unsafe-folder)', async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'artifacts'));
    const refusal = await refusalOf(writeAtomic(join(folder, 'artifacts/f'), bytes('new')));
    expect(refusal.code).toBe('write/unsafe-folder');
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  });

  it.skipIf(!root)('above the folder is refused when it is another user’s', async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, 'real/below'), { recursive: true });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    await writeAtomic(join(folder, 'link/below/f'), bytes('own links are fine'));
    lchownSync(join(folder, 'link'), 65534, 65534);
    const refusal = await refusalOf(writeAtomic(join(folder, 'link/below/f'), bytes('new')));
    expect(refusal.code).toBe('write/unsafe-folder');
  });

  it.each(['folder', 'pipe'])('that is a %s is refused', async kind => {
    const path = join(freshFolder(), 'state.json');
    if (kind === 'folder') mkdirSync(path);
    else execFileSync('mkfifo', [path]);
    expect((await refusalOf(writeAtomic(path, bytes('x')))).code).toBe('write/in-the-way');
  });
});

describe('a folder that everybody may write to', () => {
  it.skipIf(!posix)('takes no secret, and anything else', async () => {
    const folder = freshFolder();
    chmodSync(folder, 0o777);
    const refusal = await refusalOf(writeAtomic(join(folder, 'k'), bytes('x'), { mode: 0o600 }));
    expect(refusal.code).toBe('write/unsafe-folder');
    await writeAtomic(join(folder, 'artifact'), bytes('x'));
    chmodSync(folder, 0o1777);
    await writeAtomic(join(folder, 'k'), bytes('x'), { mode: 0o600 });
    expect(readdirSync(folder).sort()).toEqual(['artifact', 'k']);
  });
});

describe('a disk that fails', () => {
  it.skipIf(!root || !existsSync('/bin/mount'))(
    'for want of room keeps the old bytes, at every size (write/no-space)',
    async () => {
      const folder = freshFolder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder]);
      onTestFinished(() => void execFileSync('umount', [folder]));
      const path = join(folder, 'state.json');
      const good = Buffer.alloc(20_000, 'a');
      await writeAtomic(path, good);
      for (let size = 4096; size <= 128 * 1024; size += 4096) {
        const fits = size <= 45_056;
        const writing = writeAtomic(path, Buffer.alloc(size, 'b'));
        if (fits) await writing;
        else expect(await refusalOf(writing)).toMatchObject({ code: 'write/no-space', exit: 1 });
        if (fits) await writeAtomic(path, good);
        expect(readFileSync(path).equals(good)).toBe(true);
        expect(readdirSync(folder)).toEqual(['state.json']);
      }
    },
  );

  it.skipIf(!root || !existsSync('/bin/mount'))(
    'because it is mounted read-only says so (write/denied)',
    async () => {
      const folder = freshFolder();
      writeFileSync(join(folder, 'state.json'), 'old');
      execFileSync('mount', ['--bind', folder, folder]);
      onTestFinished(() => void execFileSync('umount', [folder]));
      execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
      const refusal = await refusalOf(writeAtomic(join(folder, 'state.json'), bytes('new')));
      expect(refusal).toMatchObject({ code: 'write/denied', exit: 1 });
      expect(refusal.detail).toContain('is intact');
      expect(text(join(folder, 'state.json'))).toBe('old');
    },
  );

  it('is one sentence with the next step, whatever the system calls it', () => {
    const codes = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EMFILE', 'EACCES', 'EROFS', 'EIO', 'ENOENT'];
    const said = codes.map(code => {
      const fault = writeFault(Object.assign(new Error(code), { code }), '/p/state.json');
      return (fault as { diagnostic: { code: string; detail: string; help: string } }).diagnostic;
    });
    expect(said.map(({ code }) => code)).toEqual([
      'write/no-space',
      'write/no-space',
      'write/no-space',
      'write/no-space',
      'write/denied',
      'write/denied',
      'write/failed',
      'write/vanished',
    ]);
    for (const { detail, help } of said) {
      expect(detail).toMatch(/\/p\/state\.json \(E\w+\); what was there before is intact$/);
      expect(help).toMatch(/run the same command again$/);
    }
    expect(writeFault(new TypeError('a bug'), '/p')).toBeInstanceOf(TypeError);
  });
});

it.skipIf(!tools.strace)('makes the system calls of the contract, in its order', () => {
  const folder = freshFolder();
  const code = transpile();
  onTestFinished(() => rmSync(code, { recursive: true }));
  const script = `
    const { writeAtomic } = await import('${code}/adapters/atomic-write.js');
    await writeAtomic('${folder}/state.json', Buffer.from('whole'), { mode: 0o600 });`;
  const trace = join(freshFolder(), 'trace');
  const calls = 'trace=openat,fchmod,write,fsync,rename,unlink';
  const node = [process.execPath, '--input-type=module', '-e', script];
  execFileSync('strace', ['-f', '-y', '-o', trace, '-e', calls, ...node]);
  const ours = text(trace)
    .split('\n')
    .filter(line => line.includes(folder))
    .map(line =>
      line
        .replace(/^\d+ +/, '')
        .replace(/[0-9a-f]{32}/g, 'HEX')
        .replaceAll(folder, ''),
    )
    .map(line =>
      line
        .replace(/AT_FDCWD<[^>]*>/, 'AT_FDCWD')
        .replace(/\d+</g, '<')
        .replace(/ += .*$/, ''),
    );
  expect(ours).toEqual([
    'openat(AT_FDCWD, "/.state.json.HEX.tmp", O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC, 0600)',
    'fchmod(</.state.json.HEX.tmp>, 0600)',
    'write(</.state.json.HEX.tmp>, "whole", 5)',
    'fsync(</.state.json.HEX.tmp>)',
    'rename("/.state.json.HEX.tmp", "/state.json")',
    'openat(AT_FDCWD, "", O_RDONLY|O_CLOEXEC)',
    'fsync(<>)',
    'openat(AT_FDCWD, "/state.json", O_RDONLY|O_NOFOLLOW|O_CLOEXEC)',
  ]);
});

it('sweeps what a killed run left half written, and nothing else', () => {
  const folder = freshFolder();
  const left = `.state.json.${'0a'.repeat(16)}.tmp`;
  for (const name of [left, 'state.json', '.hidden', '.x.tmp', 'a.tmp']) {
    writeFileSync(join(folder, name), '');
  }
  sweep(folder);
  expect(readdirSync(folder).sort()).toEqual(['.hidden', '.x.tmp', 'a.tmp', 'state.json']);
});
