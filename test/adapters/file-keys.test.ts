import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileKeys } from '../../src/adapters/file-keys.ts';
import type { Address } from '../../src/kernel/address.ts';
import { Refusal } from '../../src/kernel/report.ts';
import { Secret } from '../../src/kernel/secret.ts';
import type { KeyStore, PublicKeyRecord } from '../../src/ports/key-store.ts';
import { testCertificate } from '../support/certificates.ts';
import { testKeyPair } from '../support/keys.ts';

const PASSPHRASE = 'correct horse battery';
const LYNC = 'certificate/lync';
const EXCHANGE = 'certificate/exchange';

const made = mkdtempSync(join(tmpdir(), 'concordat-made-'));
let folder: string;
const keys = (): string => join(folder, 'keys');
const file = (name: string): string => join(keys(), name);
const unlocked = (passphrase = PASSPHRASE): KeyStore =>
  fileKeys(keys(), async () => new Secret(passphrase));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'concordat-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => rmSync(made, { recursive: true }));

function record(address: Address, index: number): PublicKeyRecord {
  return { address, certificate: testCertificate(index), profile: 'ab'.repeat(32) };
}

/** A store of two keys, made once: opening one takes half a second, and it should. */
async function addTwo(): Promise<void> {
  if (!existsSync(join(made, 'store.json'))) await makeTwo(made);
  cpSync(made, keys(), { recursive: true });
}

async function makeTwo(where: string): Promise<void> {
  const store = fileKeys(where, async () => new Secret(PASSPHRASE));
  await store.add(record(LYNC, 0), new Secret(testKeyPair(0).privateKey));
  await store.add(record(EXCHANGE, 1), new Secret(testKeyPair(1).privateKey));
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refusal);
  const { diagnostic, exit } = error as Refusal;
  expect(exit).toBe(1);
  expect(diagnostic.help).not.toBe('');
  return diagnostic.code;
}

/** Changes one field of a stored file. */
function tamper(name: string, change: (value: Record<string, unknown>) => void): void {
  const value = JSON.parse(readFileSync(file(name), 'utf8')) as Record<string, unknown>;
  change(value);
  writeFileSync(file(name), JSON.stringify(value));
}

/** Base64 of the same bytes with other bits in its last letter, which no byte has. */
function otherwise(text: string): string {
  const [, body = '', last = '', rest = ''] = /^(.*?)(\w)(=*)$/.exec(text) ?? [];
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return body + (letters[letters.indexOf(last) + 1] ?? '') + rest;
}

describe('keys in a folder', () => {
  it('come back as they were put in, from another folder and by another process too', async () => {
    await addTwo();
    cpSync(keys(), join(folder, 'moved'), { recursive: true });
    const store = fileKeys(join(folder, 'moved'), async () => new Secret(PASSPHRASE));
    expect((await store.open(LYNC))?.reveal()).toEqual(testKeyPair(0).privateKey);
    expect((await store.open(EXCHANGE))?.reveal()).toEqual(testKeyPair(1).privateKey);
    expect(await store.open('certificate/other')).toBeUndefined();
  });

  it('are listed by address without a passphrase, public parts only', async () => {
    expect(await fileKeys(keys()).list()).toEqual([]);
    await addTwo();
    const listed = await fileKeys(keys()).list();
    expect(listed).toEqual([record(EXCHANGE, 1), record(LYNC, 0)]);
  });

  it('ask for the passphrase once, and only when a private half is needed', async () => {
    await addTwo();
    const ask = vi.fn(async () => new Secret(PASSPHRASE));
    const store = fileKeys(keys(), ask);
    await store.list();
    expect(ask).not.toHaveBeenCalled();
    await Promise.all([store.open(LYNC), store.open(EXCHANGE)]);
    expect(ask).toHaveBeenCalledOnce();
  });

  it('are never made twice', async () => {
    await addTwo();
    const before = readFileSync(file('certificate-lync.json'));
    const again = unlocked().add(record(LYNC, 2), new Secret(testKeyPair(2).privateKey));
    expect(await codeOf(again)).toBe('write/taken');
    expect(readFileSync(file('certificate-lync.json'))).toEqual(before);
  });

  it('stand nowhere in the clear, and nothing private prints', async () => {
    await addTwo();
    const { privateKey } = testKeyPair(0);
    const inside = Buffer.from(privateKey.subarray(40, 400));
    const everything = Buffer.concat(readdirSync(keys()).map(name => readFileSync(file(name))));
    expect(everything.includes(inside)).toBe(false);
    expect(everything.toString()).not.toContain(inside.toString('base64').slice(4, 60));
    expect(JSON.stringify(await unlocked().open(LYNC))).toBe('"<secret>"');
  });

  it('may be named like the header file or like a device of Windows', async () => {
    const store = unlocked();
    for (const [index, name] of ['store', 'con', 'nul'].entries()) {
      const address = `certificate/${name}` as const;
      await store.add(record(address, index), new Secret(testKeyPair(index).privateKey));
    }
    expect(await store.list()).toHaveLength(3);
    expect(readdirSync(keys())).not.toContain('con.json');
  });

  it('leave files of other kinds in the folder alone', async () => {
    await addTwo();
    writeFileSync(file('.certificate-lync.json.00.tmp'), 'half');
    writeFileSync(file('notes.txt'), 'mine');
    expect(await fileKeys(keys()).list()).toHaveLength(2);
  });
});

describe('a locked key store', () => {
  it('keys/locked: adds and opens nothing, and writes nothing', async () => {
    const locked = fileKeys(keys(), async () => undefined);
    const adding = locked.add(record(LYNC, 0), new Secret(testKeyPair(0).privateKey));
    expect(await codeOf(adding)).toBe('keys/locked');
    expect(readdirSync(folder)).toEqual([]);
    await addTwo();
    expect(await codeOf(locked.open(LYNC))).toBe('keys/locked');
    expect(fileKeys(keys()).unlocked).toBe(false);
  });

  it('keys/wrong-passphrase: stays as it is after a wrong guess', async () => {
    await addTwo();
    expect(await codeOf(unlocked('wrong horse battery').open(LYNC))).toBe('keys/wrong-passphrase');
    expect(await unlocked().open(LYNC)).toBeDefined();
  });

  it('keys/passphrase-too-short: is not made with a short one', async () => {
    const adding = unlocked('short').add(record(LYNC, 0), new Secret(testKeyPair(0).privateKey));
    expect(await codeOf(adding)).toBe('keys/passphrase-too-short');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a damaged key store', () => {
  beforeEach(addTwo);

  it('keys/damaged: refuses swapped records', async () => {
    const lync = readFileSync(file('certificate-lync.json'), 'utf8');
    writeFileSync(file('certificate-exchange.json'), lync);
    expect(await codeOf(fileKeys(keys()).list())).toBe('keys/damaged');
  });

  it.each(['address', 'certificate', 'profile', 'private_key'])(
    'keys/damaged: refuses a record whose %s is that of another',
    async field => {
      const other = JSON.parse(readFileSync(file('certificate-exchange.json'), 'utf8')) as Record<
        string,
        unknown
      >;
      const foreign = field === 'profile' ? 'cd'.repeat(32) : other[field];
      tamper('certificate-lync.json', value => {
        value[field] = foreign;
      });
      expect(await codeOf(unlocked().open(LYNC))).toBe('keys/damaged');
      expect(await unlocked().open(EXCHANGE)).toBeDefined();
    },
  );

  it.each([
    ['certificate-lync.json', 'private_key'],
    ['certificate-lync.json', 'certificate'],
    ['store.json', 'salt'],
  ])(
    'keys/damaged: refuses another way of writing the same bytes (%s, %s)',
    async (name, field) => {
      tamper(name, value => {
        value[field] = otherwise(String(value[field]));
      });
      expect(await codeOf(unlocked().open(LYNC))).toBe('keys/damaged');
    },
  );

  it.each(['', '{', '[]', 'null', '{"format":"concordat-key/1"}'])(
    'keys/damaged: names a record that holds %j',
    async content => {
      writeFileSync(file('certificate-lync.json'), content);
      const listing = fileKeys(keys()).list();
      await expect(listing).rejects.toThrow('certificate-lync.json');
      expect(['keys/damaged', 'keys/format']).toContain(await codeOf(fileKeys(keys()).list()));
    },
  );

  it.each(['certificate-lync.json', 'store.json'])(
    'keys/damaged: refuses what it would not read (%s)',
    async name => {
      tamper(name, value => {
        value['note'] = 'mine';
      });
      expect(await codeOf(unlocked().open(LYNC))).toBe('keys/damaged');
    },
  );

  it('keys/damaged: does not start anew where the header is lost', async () => {
    rmSync(file('store.json'));
    expect(await codeOf(unlocked().open(LYNC))).toBe('keys/damaged');
    expect(readdirSync(keys())).not.toContain('store.json');
  });

  it('keys/damaged: refuses a header with cheaper parameters', async () => {
    tamper('store.json', value => {
      value['scrypt'] = { N: 2, r: 8, p: 1 };
    });
    expect(await codeOf(unlocked().open(LYNC))).toBe('keys/damaged');
  });

  it('keys/format: names files of another version', async () => {
    tamper('certificate-lync.json', value => {
      value['format'] = 'concordat-key/9';
    });
    expect(await codeOf(fileKeys(keys()).list())).toBe('keys/format');
    tamper('store.json', value => {
      value['format'] = 'concordat-keys/9';
    });
    expect(await codeOf(unlocked().open(EXCHANGE))).toBe('keys/format');
  });

  it('does not read through a link', async () => {
    const elsewhere = join(folder, 'elsewhere.json');
    cpSync(file('certificate-lync.json'), elsewhere);
    rmSync(file('certificate-lync.json'));
    symlinkSync(elsewhere, file('certificate-lync.json'));
    expect(await codeOf(fileKeys(keys()).list())).toBe('read/in-the-way');
  });
});

describe.skipIf(process.platform === 'win32')('rights of other users', () => {
  const modeOf = (path: string): number => statSync(path).mode & 0o777;

  it('are never given, whatever the umask', async () => {
    const before = process.umask(0);
    await makeTwo(keys());
    process.umask(before);
    expect(modeOf(keys())).toBe(0o700);
    const modes = readdirSync(keys()).map(name => modeOf(file(name)));
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
  });

  it('are not committed by mistake: the folder ignores itself', async () => {
    await makeTwo(keys());
    expect(readFileSync(file('.gitignore'), 'utf8')).toBe('*\n');
  });

  it('are taken away again before a private key is opened', async () => {
    await addTwo();
    chmodSync(keys(), 0o755);
    readdirSync(keys()).forEach(name => chmodSync(file(name), 0o644));
    await unlocked().open(LYNC);
    expect(modeOf(keys())).toBe(0o700);
    expect(modeOf(file('store.json'))).toBe(0o600);
    expect(modeOf(file('certificate-lync.json'))).toBe(0o600);
  });

  it('keys/exposed: stop a run that may not take them away', async () => {
    await addTwo();
    chmodSync(keys(), 0o755);
    vi.resetModules();
    vi.doMock('node:fs', async original => ({
      ...(await original<typeof import('node:fs')>()),
      chmodSync: () => {
        throw Object.assign(new Error('not yours'), { code: 'EPERM' });
      },
    }));
    const other = await import('../../src/adapters/file-keys.ts');
    const opening = other.fileKeys(keys(), async () => new Secret(PASSPHRASE)).open(LYNC);
    await expect(opening).rejects.toThrow('keys/exposed');
    vi.doUnmock('node:fs');
  });

  it('are not needed to list', async () => {
    await addTwo();
    mkdirSync(join(folder, 'public'));
    cpSync(file('certificate-lync.json'), join(folder, 'public', 'certificate-lync.json'));
    chmodSync(join(folder, 'public', 'certificate-lync.json'), 0o644);
    expect(await fileKeys(join(folder, 'public')).list()).toHaveLength(1);
  });
});
