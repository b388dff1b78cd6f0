import { chmodSync } from 'node:fs';
import { isObject, type JsonObject } from '../kernel/json.ts';
import { lookAt } from './folder.ts';
import { refuseKey } from './key-fault.ts';
import { readOwn } from './read-file.ts';

// A record with a key of 4096 bits and some hundred names has about 20 KiB.
const MOST_BYTES = 262_144;
const OTHERS = 0o077;

/** Reads one JSON file of the key store, of these members; `undefined` when there is none. */
export function readKeyFile(
  path: string,
  format: string,
  members: readonly string[],
): JsonObject | undefined {
  const bytes = readOwn(path);
  if (!bytes) return undefined;
  const value = bytes.length > MOST_BYTES ? undefined : parse(bytes);
  if (!value) throw refuseKey('keys/damaged', `${path} is not a whole JSON object`);
  if (value['format'] !== format) {
    const found = `${path} has the format ${JSON.stringify(value['format'] ?? null)}`;
    throw refuseKey('keys/format', `${found}; this version reads "${format}"`);
  }
  const strange = Object.keys(value).some(name => name !== 'format' && !members.includes(name));
  if (strange) throw refuseKey('keys/damaged', `${path} holds more than a key store writes`);
  return value;
}

/** The bytes of a JSON file, one value a line. */
export function writeKeyFile(value: JsonObject): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}

/** A text field of a file, in a given form. */
export function textField(
  value: JsonObject,
  name: string,
  { path, form }: { path: string; form: RegExp },
): string {
  const text = value[name];
  if (typeof text === 'string' && form.test(text)) return text;
  throw refuseKey('keys/damaged', `${path} has no proper "${name}"`);
}

/** Takes the rights of other users away from a file or folder that holds keys. */
export function closeToOthers(path: string): void {
  const here = lookAt(path);
  // Windows has no such bits; there the folder's own permissions decide.
  if (!here || process.platform === 'win32' || (here.mode & OTHERS) === 0) return;
  try {
    chmodSync(path, here.mode & ~OTHERS & 0o777);
  } catch {
    throw refuseKey(
      'keys/exposed',
      `other users can reach ${path}, and this user may not change it`,
    );
  }
}

function parse(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
