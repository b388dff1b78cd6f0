import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byAddress, byCodeUnit } from '../kernel/canonical.ts';
import type { Secret } from '../kernel/secret.ts';
import type { KeyStore, PublicKeyRecord } from '../ports/key-store.ts';
import { writeAtomic } from './atomic-write.ts';
import { refuseKey } from './key-fault.ts';
import { closeToOthers } from './key-file.ts';
import { makeHeader, openHeader, readHeader } from './key-header.ts';
import {
  isRecordFile,
  openRecord,
  readRecord,
  recordFile,
  writeRecord,
  type KeyRecord,
} from './key-record.ts';
import { faultOf } from './write-fault.ts';

/** Asks for the passphrase, when a private key is needed and at most once; `undefined`: none. */
export type AskPassphrase = () => Promise<Secret | undefined>;

const SECRET_FILE = { mode: 0o600, exclusive: true } as const;

/**
 * Keys in a folder: `store.json` holds a data key under the passphrase, `certificate-<name>.json`
 * one record each, its private key encrypted under the data key.
 */
export function fileKeys(folder: string, ask?: AskPassphrase): KeyStore {
  const header = join(folder, 'store.json');
  let dataKey: Promise<Uint8Array> | undefined;
  const unlock = (): Promise<Uint8Array> => (dataKey ??= openStore(folder, header, ask));
  return {
    list: () => listRecords(folder),
    unlocked: ask !== undefined,
    async open(address) {
      const path = join(folder, recordFile(address));
      const record = await readRecord(path);
      if (!record) return undefined;
      [folder, header, path].forEach(closeToOthers);
      return openRecord(record, await unlock(), path);
    },
    async add(record, privateKey) {
      const path = join(folder, recordFile(record.address));
      closeToOthers(folder);
      const bytes = await writeRecord(record, privateKey, await unlock());
      await writeAtomic(path, bytes, SECRET_FILE);
    },
  };
}

async function listRecords(folder: string): Promise<readonly PublicKeyRecord[]> {
  const names = (await namesIn(folder)).filter(isRecordFile).sort(byCodeUnit);
  const records = await Promise.all(names.map(name => readRecord(join(folder, name))));
  return records.flatMap(record => (record ? [publicPart(record)] : [])).sort(byAddress);
}

function publicPart({ address, certificate, profile }: KeyRecord): PublicKeyRecord {
  return { address, certificate, profile };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (faultOf(error) === 'ENOENT') return [];
    throw refuseKey('keys/damaged', `${folder} cannot be listed (${faultOf(error) ?? 'unknown'})`);
  }
}

async function openStore(
  folder: string,
  path: string,
  ask: AskPassphrase | undefined,
): Promise<Uint8Array> {
  const header = await readHeader(path);
  if (!header && (await namesIn(folder)).some(isRecordFile)) {
    throw refuseKey('keys/damaged', `${path} is missing, and there are keys that only it opens`);
  }
  const passphrase = await ask?.();
  if (!passphrase) throw refuseKey('keys/locked', `there is no passphrase for ${folder}`);
  if (header) return openHeader(header, passphrase, path);
  const made = await makeHeader(passphrase);
  await writeAtomic(path, made.file, SECRET_FILE);
  return made.dataKey;
}
