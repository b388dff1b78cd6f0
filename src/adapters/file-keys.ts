import { join } from 'node:path';
import { byAddress } from '../kernel/canonical.ts';
import type { Secret } from '../kernel/secret.ts';
import type { KeyStore, PublicKeyRecord } from '../ports/key-store.ts';
import { writeAtomic } from './atomic-write.ts';
import { namesIn } from './folder.ts';
import type { KeyRecord } from './key-record.ts';

/**
 * Asks for the passphrase, when a private key is needed and at most once; `undefined`: none.
 * `fresh`: the store is made with it, so a typing error would lock its owner out.
 */
export type AskPassphrase = (fresh: boolean) => Promise<Secret | undefined>;

const SECRET_FILE = { mode: 0o600, exclusive: true } as const;

/** Most runs find no key, and then nothing of this is needed. */
const records = () => import('./key-record.ts');
const headers = () => import('./key-header.ts');
const faults = () => import('./key-fault.ts');
const access = () => import('./key-file.ts');

/**
 * Keys in a folder: `store.json` holds a data key under the passphrase, `certificate-<name>.json`
 * one record each, its private key encrypted under the data key.
 */
export function fileKeys(folder: string, ask?: AskPassphrase): KeyStore {
  const header = join(folder, 'store.json');
  let dataKey: Promise<Secret> | undefined;
  const unlock = (): Promise<Secret> => (dataKey ??= openStore(folder, header, ask));
  return {
    list: () => listRecords(folder),
    unlocked: ask !== undefined,
    async open(address) {
      const { openRecord, readRecord, recordFile } = await records();
      const path = join(folder, recordFile(address));
      const record = readRecord(path);
      if (!record) return undefined;
      [folder, header, path].forEach((await access()).closeToOthers);
      return openRecord(record, await unlock(), path);
    },
    async add(record, privateKey) {
      const { recordFile, writeRecord } = await records();
      const path = join(folder, recordFile(record.address));
      (await access()).closeToOthers(folder);
      const bytes = await writeRecord(record, privateKey, await unlock());
      await writeAtomic(path, bytes, SECRET_FILE);
    },
  };
}

async function listRecords(folder: string): Promise<readonly PublicKeyRecord[]> {
  const files = namesIn(folder);
  if (files.length === 0) return [];
  const { isRecordFile, readRecord } = await records();
  const names = files.filter(isRecordFile);
  const found = names.map(name => readRecord(join(folder, name)));
  return found.flatMap(record => (record ? [publicPart(record)] : [])).sort(byAddress);
}

function publicPart({ address, certificate, profile }: KeyRecord): PublicKeyRecord {
  return { address, certificate, profile };
}

async function openStore(
  folder: string,
  path: string,
  ask: AskPassphrase | undefined,
): Promise<Secret> {
  const { makeHeader, openHeader, readHeader } = await headers();
  const { isRecordFile } = await records();
  const { refuseKey } = await faults();
  const header = readHeader(path);
  if (!header && namesIn(folder).some(isRecordFile)) {
    throw refuseKey('keys/damaged', `${path} is missing, and there are keys that only it opens`);
  }
  const passphrase = await ask?.(header === undefined);
  if (!passphrase) throw refuseKey('keys/locked', `there is no passphrase for ${folder}`);
  if (header) return openHeader(header, passphrase, path);
  const made = await makeHeader(passphrase);
  // Whoever commits this folder by mistake commits nothing of it.
  await writeAtomic(join(folder, '.gitignore'), new TextEncoder().encode('*\n'), { mode: 0o600 });
  await writeAtomic(path, made.file, SECRET_FILE);
  return made.dataKey;
}
