import { randomBytes, scrypt } from 'node:crypto';
import { canonical } from '../kernel/canonical.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { Secret } from '../kernel/secret.ts';
import { refuseKey } from './key-fault.ts';
import { readKeyFile, textField, writeKeyFile } from './key-file.ts';
import { isExact, openSealed, seal } from './key-seal.ts';

const FORMAT = 'concordat-keys/1';
/** What makes every guess at the passphrase take about half a second and 128 MiB. */
const COST = { N: 2 ** 17, r: 8, p: 1 } as const;
const SHORTEST = 12;
const PURPOSE = { purpose: 'concordat data key' } as const;

/** The one file by which a passphrase opens the store. */
export interface KeyHeader {
  readonly salt: Uint8Array;
  /** The data key, sealed under what scrypt makes of the passphrase. */
  readonly key: string;
}

/** Reads the header; `undefined` when the store was not made yet. */
export function readHeader(path: string): KeyHeader | undefined {
  const value = readKeyFile(path, FORMAT, ['scrypt', 'salt', 'key']);
  if (!value) return undefined;
  requireCost(value['scrypt'] ?? null, path);
  const salt = textField(value, 'salt', { path, form: /^[\w-]{43}$/ });
  if (!isExact(salt, 'base64url')) throw refuseKey('keys/damaged', `${path} has no proper "salt"`);
  const key = textField(value, 'key', { path, form: /^[\w.-]+$/ });
  return { salt: Buffer.from(salt, 'base64url'), key };
}

/** Other costs than ours are another format: a weaker one is not accepted on a file's word. */
function requireCost(cost: Json, path: string): void {
  if (canonical(cost) !== canonical(COST))
    throw refuseKey('keys/damaged', `${path} does not hold the scrypt parameters expected`);
}

/** Opens the data key with a passphrase. */
export async function openHeader(
  header: KeyHeader,
  passphrase: Secret,
  path: string,
): Promise<Secret> {
  const derived = await derive(passphrase, header.salt);
  const opened = await openSealed(header.key, derived);
  if (opened?.claims['purpose'] === PURPOSE.purpose) return opened.secret;
  throw refuseKey('keys/wrong-passphrase', `the passphrase does not open ${path}`);
}

/** Makes a new data key under a passphrase, with the header that keeps it. */
export async function makeHeader(
  passphrase: Secret,
): Promise<{ readonly file: Uint8Array; readonly dataKey: Secret }> {
  const { length } = passphrase.reveal();
  if (length < SHORTEST) {
    const detail = `the passphrase has ${length} bytes; a new store takes ${SHORTEST} or more`;
    throw refuseKey('keys/passphrase-too-short', detail);
  }
  const salt = randomBytes(32);
  const dataKey = new Secret(randomBytes(32));
  const key = await seal(dataKey, await derive(passphrase, salt), PURPOSE);
  const header: JsonObject = {
    format: FORMAT,
    scrypt: COST,
    salt: salt.toString('base64url'),
    key,
  };
  return { file: writeKeyFile(header), dataKey };
}

function derive(passphrase: Secret, salt: Uint8Array): Promise<Secret> {
  const options = { ...COST, maxmem: 256 * COST.N * COST.r };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.reveal(), salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(new Secret(key)),
    );
  });
}
