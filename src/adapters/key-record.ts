import { createPrivateKey, X509Certificate } from 'node:crypto';
import { basename } from 'node:path';
import { readCertificate } from '../evidence/certificate.ts';
import { readAddress, type Address } from '../kernel/address.ts';
import { sha256 } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Secret } from '../kernel/secret.ts';
import type { PublicKeyRecord } from '../ports/key-store.ts';
import { refuseKey } from './key-fault.ts';
import { readKeyFile, textField, writeKeyFile } from './key-file.ts';
import { isExact, openSealed, seal } from './key-seal.ts';

const FORMAT = 'concordat-key/1';
const FILE_NAME = /^certificate-[a-z][a-z0-9-]{0,31}\.json$/;

/** A record as it is kept: public part in the clear, private key sealed. */
export interface KeyRecord extends PublicKeyRecord {
  readonly sealed: string;
}

/** The file of an address. No deployment's name alone, which might be a device on Windows. */
export function recordFile(address: Address): string {
  return `${address.replace('/', '-')}.json`;
}

/** Whether a file of the folder is a record (and not the header or a half-written file). */
export function isRecordFile(name: string): boolean {
  return FILE_NAME.test(name);
}

/** Reads a record and checks all of it that can be checked without the passphrase. */
export function readRecord(path: string): KeyRecord | undefined {
  const members = ['address', 'profile', 'certificate', 'private_key'];
  const value = readKeyFile(path, FORMAT, members);
  if (!value) return undefined;
  const field = (name: string, form: RegExp): string => textField(value, name, { path, form });
  const address = field('address', /^[a-z-]+\/[a-z][a-z0-9-]{0,31}$/) as Address;
  const encoded = field('certificate', /^[A-Za-z0-9+/]+={0,2}$/);
  const certificate = Buffer.from(encoded, 'base64');
  if (!readAddress(address) || basename(path) !== recordFile(address)) {
    throw refuseKey('keys/damaged', `${path} holds the key of ${address}`);
  }
  if (!isExact(encoded, 'base64') || 'fault' in readCertificate(certificate)) {
    throw refuseKey('keys/damaged', `${path} holds a certificate that cannot be read`);
  }
  return {
    address,
    certificate: new Uint8Array(certificate),
    profile: field('profile', /^[0-9a-f]{64}$/),
    sealed: field('private_key', /^[\w.-]+$/),
  };
}

/** The bytes of a record. */
export async function writeRecord(
  record: PublicKeyRecord,
  privateKey: Secret,
  dataKey: Secret,
): Promise<Uint8Array> {
  return writeKeyFile({
    format: FORMAT,
    address: record.address,
    profile: record.profile,
    certificate: Buffer.from(record.certificate).toString('base64'),
    private_key: await seal(privateKey, dataKey, claimsOf(record)),
  });
}

/** Opens the private half; refuses one that was sealed for another record. */
export async function openRecord(
  record: KeyRecord,
  dataKey: Secret,
  path: string,
): Promise<Secret> {
  const opened = await openSealed(record.sealed, dataKey);
  if (!opened) throw refuseKey('keys/damaged', `the private key in ${path} does not open`);
  const foreign = Object.entries(claimsOf(record)).find(
    ([name, value]) => opened.claims[name] !== value,
  );
  if (foreign) {
    throw refuseKey('keys/damaged', `the private key in ${path} belongs to another ${foreign[0]}`);
  }
  if (!isPair(record.certificate, opened.secret)) {
    throw refuseKey('keys/damaged', `the private key in ${path} is not that of its certificate`);
  }
  return opened.secret;
}

/** What the private half is bound to: swapping or editing records is found when they open. */
function claimsOf({ address, certificate, profile }: PublicKeyRecord): JsonObject {
  return { address, certificate: sha256(certificate), profile };
}

function isPair(certificate: Uint8Array, privateKey: Secret): boolean {
  const key = { key: Buffer.from(privateKey.reveal()), format: 'der', type: 'pkcs8' } as const;
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}
