import { chmodSync, constants, lstatSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { isObject, type JsonObject } from '../kernel/json.ts';
import { refuseKey } from './key-fault.ts';

// A record with a key of 4096 bits and some hundred names has about 20 KiB.
const MOST_BYTES = 262_144;
const OTHERS = 0o077;

/** Reads one JSON file of the key store; `undefined` when there is none. */
export async function readKeyFile(path: string, format: string): Promise<JsonObject | undefined> {
  const here = lookAt(path);
  if (!here) return undefined;
  if (!here.isFile()) throw refuseKey('keys/not-a-file', `${path} is not a regular file`);
  if (here.size > MOST_BYTES) throw refuseKey('keys/damaged', `${path} has ${here.size} bytes`);
  const value = parse(await readText(path));
  if (!value) throw refuseKey('keys/damaged', `${path} is not a JSON object`);
  if (value['format'] === format) return value;
  const found = `${path} has the format ${JSON.stringify(value['format'] ?? null)}`;
  throw refuseKey('keys/format', `${found}; this version reads "${format}"`);
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

function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

async function readText(path: string): Promise<string> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
