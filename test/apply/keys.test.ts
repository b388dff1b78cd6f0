import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { exportKey } from '../../src/apply/export-key.ts';
import { listKeys, prepareKeys, type PreparedKeys } from '../../src/apply/keys.ts';
import type { KeyNeeds } from '../../src/apply/key-order.ts';
import { lower } from '../../src/graph/lower.ts';
import { createReport, Refusal, type Diagnostic } from '../../src/kernel/report.ts';
import { type Secret } from '../../src/kernel/secret.ts';
import type { KeyStore, PublicKeyRecord } from '../../src/ports/key-store.ts';
import type { World } from '../../src/ports/world.ts';
import { testKeyPair } from '../support/keys.ts';
import { exampleText, lowering } from '../support/lowered.ts';

const NOW = new Date('2028-02-29T12:00:00.789Z');

/** A key store in memory. */
function memoryKeys(unlocked = true): KeyStore & { readonly records: PublicKeyRecord[] } {
  const records: PublicKeyRecord[] = [];
  const secrets = new Map<string, Secret>();
  return {
    records,
    unlocked,
    list: async () => records,
    open: async address => secrets.get(address),
    add: async (record, privateKey) => {
      records.push(record);
      secrets.set(record.address, privateKey);
    },
  };
}

/** A world in which keys, random bytes and the clock are known. */
function fixedWorld(keys: KeyStore = memoryKeys()): World & { pairsMade(): number } {
  let pairs = 0;
  let bytes = 0;
  const world: Partial<World> & { pairsMade(): number } = {
    pairsMade: () => pairs,
    now: () => NOW,
    random: count => new Uint8Array(count).fill(++bytes),
    newKeyPair: async () => testKeyPair(pairs++),
    keys,
  };
  return world as World & { pairsMade(): number };
}

function needs(edit: (text: string) => string = text => text): KeyNeeds {
  const input = lowering(edit(exampleText('lync-exchange')));
  return { graph: lower(input), installations: input.installations };
}

interface Run extends PreparedKeys {
  readonly diagnostics: readonly Diagnostic[];
}

async function prepare(world: World, edit?: (text: string) => string): Promise<Run> {
  const report = createReport();
  const done = await prepareKeys(needs(edit), world, report);
  return { ...done, diagnostics: report.diagnostics };
}

const addressesOf = (records: readonly PublicKeyRecord[]): string[] =>
  records.map(({ address }) => address);

describe('preparing keys', () => {
  it('makes a key and a certificate for every issuer whose certificate is made here', async () => {
    const world = fixedWorld();
    const { made, kept, diagnostics } = await prepare(world);
    expect(diagnostics).toEqual([]);
    expect(addressesOf(made)).toEqual(['certificate/exchange', 'certificate/lync']);
    expect(kept).toEqual([]);
    const [exchange, lync] = await listKeys(world);
    expect(exchange?.certificate).toMatchObject({
      subject: 'CN=Microsoft Exchange Server Auth Certificate',
      names: [],
      keyBits: 2048,
    });
    expect(lync?.certificate).toMatchObject({
      subject: 'CN=litwareinc.com',
      names: ['litwareinc.com', 'litware.net'],
    });
  });

  it('lets a certificate begin an hour ago and end by the calendar', async () => {
    const world = fixedWorld();
    await prepare(world);
    const [exchange, lync] = await listKeys(world);
    expect(exchange?.certificate).toMatchObject({
      notBefore: '2028-02-29T11:00:00Z',
      // Five years on there is no 29 February.
      notAfter: '2033-02-28T11:00:00Z',
    });
    expect(lync?.certificate.notAfter).toBe('2030-02-28T11:00:00Z');
  });

  it('keeps the private half of the certificate it made', async () => {
    const world = fixedWorld();
    const { made } = await prepare(world);
    for (const { address, certificate } of made) {
      const secret = await world.keys.open(address);
      const key = { key: Buffer.from(secret?.reveal() ?? []), format: 'der', type: 'pkcs8' };
      const { createPrivateKey } = await import('node:crypto');
      const parsed = createPrivateKey(key as Parameters<typeof createPrivateKey>[0]);
      expect(new X509Certificate(certificate).checkPrivateKey(parsed)).toBe(true);
    }
  });

  it('never makes a key again', async () => {
    const keys = memoryKeys();
    const first = await prepare(fixedWorld(keys));
    const world = fixedWorld(keys);
    const second = await prepare(world);
    expect(second).toMatchObject({ made: [], kept: first.made, diagnostics: [] });
    expect(world.pairsMade()).toBe(0);
  });

  it('gives the same bytes in the same world', async () => {
    expect(await prepare(fixedWorld())).toEqual(await prepare(fixedWorld()));
  });

  it('tells how far it is', async () => {
    const heard: string[] = [];
    const world = fixedWorld();
    await prepareKeys(needs(), world, createReport(), (ready, of) => heard.push(`${ready}/${of}`));
    expect(heard).toEqual(['1/2', '2/2']);
  });

  it('keys/locked: makes nothing without a passphrase, unless nothing is missing', async () => {
    const world = fixedWorld(memoryKeys(false));
    await expect(prepare(world)).rejects.toThrow('keys/locked');
    expect(world.pairsMade()).toBe(0);
    const keys = memoryKeys();
    await prepare(fixedWorld(keys));
    expect((await prepare(fixedWorld({ ...keys, unlocked: false }))).made).toEqual([]);
  });

  it('keys/profile-changed: refuses a changed profile and makes nothing at all', async () => {
    const keys = memoryKeys();
    await prepare(fixedWorld(keys));
    keys.records.shift();
    const world = fixedWorld(keys);
    const { made, diagnostics } = await prepare(world, text =>
      text.replace('[litware.net]', '[litware.org]'),
    );
    expect(made).toEqual([]);
    expect(world.pairsMade()).toBe(0);
    expect(diagnostics).toMatchObject([
      { code: 'keys/profile-changed', address: 'certificate/lync' },
    ]);
    expect(diagnostics[0]?.detail).toContain('litware.org is added, litware.net is removed');
  });

  it('keys/profile-changed: is not said of names in another order', async () => {
    const several = (order: string) => (text: string) => text.replace('[litware.net]', order);
    const keys = memoryKeys();
    const first = await prepare(fixedWorld(keys), several('[litware.net, litware.org]'));
    const second = await prepare(fixedWorld(keys), several('[litware.org, litware.net]'));
    expect(second).toMatchObject({ made: [], kept: first.made, diagnostics: [] });
  });

  it('profile/subject: refuses a realm that no common name can hold', async () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(10)}.com`;
    const { made, diagnostics } = await prepare(fixedWorld(), text =>
      text.replace('default: litwareinc.com', `default: ${long}`),
    );
    expect(made).toEqual([]);
    expect(diagnostics).toMatchObject([{ code: 'profile/subject', severity: 'error' }]);
    expect(diagnostics[0]?.detail).toContain('75 characters');
  });

  it.each(['P9000Y', 'P0D', 'forever'])('profile/lifetime: refuses %s', async lifetime => {
    const { diagnostics } = await prepare(fixedWorld(), text =>
      text.replace('{ source: generate }', `{ source: generate, lifetime: ${lifetime} }`),
    );
    expect(diagnostics).toMatchObject([{ code: 'profile/lifetime' }]);
  });
});

describe('exporting a key', () => {
  const PASSWORD = Buffer.from('twelve or more\r\n');

  async function exported(edit?: (text: string) => string, password = PASSWORD) {
    const world = fixedWorld();
    await prepare(world, edit);
    const request = { address: 'certificate/exchange', password };
    return exportKey(needs(edit), world, request);
  }

  it('takes 3DES for any server older than Windows Server 2019, and says so', async () => {
    const { form, because } = await exported();
    expect(form).toBe('3des');
    expect(because).toContain('windows-server-2012-r2');
  });

  it.each(['windows-server-2019', 'windows-server-2022', 'windows-server-2025'])(
    'takes AES where every server has %s',
    async os => {
      const edit = (text: string): string => text.replace('windows-server-2012-r2', os);
      expect(await exported(edit)).toMatchObject({ form: 'aes-256' });
    },
  );

  it('goes by the age of the product where no system is declared', async () => {
    const world = fixedWorld();
    await prepare(world);
    const request = { address: 'certificate/lync', password: PASSWORD };
    expect(await exportKey(needs(), world, request)).toMatchObject({ form: '3des' });
  });

  it.each(['short', 'ohne Umlaute bitte ä', 'line\nbreak in between', ''])(
    'keys/pfx-password: refuses %j',
    async password => {
      await expect(exported(undefined, Buffer.from(password))).rejects.toThrow('keys/pfx-password');
    },
  );

  it('keys/none: names the keys there are', async () => {
    const world = fixedWorld();
    await prepare(world);
    for (const address of ['certificate/other', 'lync', '']) {
      const exporting = exportKey(needs(), world, { address, password: PASSWORD });
      await expect(exporting).rejects.toThrow('certificate/exchange, certificate/lync');
      await expect(exporting).rejects.toBeInstanceOf(Refusal);
    }
  });
});
