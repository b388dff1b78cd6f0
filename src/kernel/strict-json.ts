import { emptyMap, isObject, type Json, type JsonObject, type Path } from './json.ts';
import { expect, stop, take, Unreadable, type Scan } from './scan.ts';

const DEEPEST = 16;

/** JSON text that a receiver must refuse, and why. */
export interface NotJson {
  readonly fault: string;
  /** Where in the text. */
  readonly at: number;
}

/**
 * Reads JSON as strictly as a receiver must: two members of one name are refused, for what one
 * reader sees first another sees last.
 */
export function readStrictJson(text: string): { readonly value: Json } | NotJson {
  const scan = { text, at: 0 };
  try {
    skip(scan);
    const value = readValue(scan, 1);
    skip(scan);
    if (scan.at < text.length) return { fault: 'text after the JSON value', at: scan.at };
    return { value };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return { fault: thrown.message, at: thrown.at };
    throw thrown;
  }
}

/** Reads one JSON object in the same way. */
export function readStrictObject(text: string): { readonly object: JsonObject } | NotJson {
  const [, before = '', first] = /^([ \t\r\n]*)(.?)/.exec(text) ?? [];
  if (first !== '{') return { fault: 'not a JSON object', at: before.length };
  const read = readStrictJson(text);
  if ('fault' in read) return read;
  return isObject(read.value)
    ? { object: read.value }
    : { fault: 'not a JSON object', at: before.length };
}

/** Where the value of a path begins in text that was read; as deep as the path can be followed. */
export function offsetOf(text: string, path: Path): number {
  const scan = { text, at: 0 };
  skip(scan);
  // What was read cannot stop the scan.
  for (const part of path) if (!enter(scan, part)) break;
  return scan.at;
}

function enter(scan: Scan, part: string | number): boolean {
  const start = scan.at;
  const first = scan.text[start];
  if (first !== '{' && first !== '[') return false;
  let found: number | undefined;
  let index = 0;
  readItems(scan, first === '{' ? '}' : ']', () => {
    const name = first === '{' ? readName(scan) : index++;
    if (name === part) found = scan.at;
    readValue(scan, 1);
  });
  scan.at = found ?? start;
  return found !== undefined;
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
    const at = scan.at;
    const name = readName(scan);
    if (Object.hasOwn(object, name)) {
      stop({ ...scan, at }, `two members of the name "${name}"`);
    }
    object[name] = readValue(scan, depth + 1);
  });
  return object;
}

function readName(scan: Scan): string {
  const name = readString(scan);
  skip(scan);
  expect(scan, /:/y, 'JSON');
  skip(scan);
  return name;
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
