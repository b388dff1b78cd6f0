import { emptyMap, type Json, type JsonObject } from '../kernel/json.ts';
import { expect, stop, take, Unreadable, type Scan } from './scan.ts';

const DEEPEST = 16;

/** JSON text that a receiver must refuse, and why. */
export interface NotJson {
  readonly fault: string;
}

/**
 * Reads a JSON object as strictly as a receiver must: two members of one name are refused, for
 * what one reader sees first another sees last.
 */
export function readStrictObject(text: string): { readonly object: JsonObject } | NotJson {
  const scan = { text, at: 0 };
  try {
    skip(scan);
    if (text[scan.at] !== '{') return { fault: 'not a JSON object' };
    const object = readObject(scan, 1);
    skip(scan);
    if (scan.at < text.length) return { fault: 'text after the JSON object' };
    return { object };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return { fault: thrown.message };
    throw thrown;
  }
}

function skip(scan: Scan): void {
  take(scan, /[ \t\r\n]*/y);
}

function readValue(scan: Scan, depth: number): Json {
  if (depth > DEEPEST) stop(scan, `nested more than ${DEEPEST} deep`);
  const next = scan.text[scan.at];
  if (next === '{') return readObject(scan, depth);
  if (next === '[') return readArray(scan, depth);
  if (next === '"') return readString(scan);
  const plain = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;
  return JSON.parse(expect(scan, plain, 'JSON')) as Json;
}

function readString(scan: Scan): string {
  const text = expect(
    scan,
    /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
    'a string',
  );
  return JSON.parse(text) as string;
}

function readObject(scan: Scan, depth: number): JsonObject {
  const object = emptyMap();
  readItems(scan, '}', () => {
    const name = readString(scan);
    if (Object.hasOwn(object, name)) stop(scan, `two members of the name "${name}"`);
    skip(scan);
    expect(scan, /:/y, 'JSON');
    skip(scan);
    object[name] = readValue(scan, depth + 1);
  });
  return object;
}

function readArray(scan: Scan, depth: number): Json[] {
  const items: Json[] = [];
  readItems(scan, ']', () => items.push(readValue(scan, depth + 1)));
  return items;
}

function readItems(scan: Scan, closing: string, readItem: () => void): void {
  scan.at += 1;
  skip(scan);
  if (scan.text[scan.at] === closing) {
    scan.at += 1;
    return;
  }
  for (;;) {
    readItem();
    skip(scan);
    const next = scan.text[scan.at];
    if (next !== ',' && next !== closing) stop(scan, 'not JSON');
    scan.at += 1;
    if (next === closing) return;
    skip(scan);
  }
}
