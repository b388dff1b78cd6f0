import { createHash } from 'node:crypto';
import { isList, isObject, type Json, type JsonObject } from './json.ts';

/** Code-unit order: the same on every machine and locale, unlike `localeCompare`. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders things by their address. */
export function byAddress(
  a: { readonly address: string },
  b: { readonly address: string },
): number {
  return byCodeUnit(a.address, b.address);
}

/** RFC 8785 canonical JSON: sorted keys, no white space, one form for every value. */
export function canonical(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (isList(value)) return canonicalList(value);
  return isObject(value) ? canonicalObject(value) : JSON.stringify(value);
}

/** A value as a sentence shows it and a pattern meets it: nothing is blank, a list its items. */
export function worded(value: Json | undefined): string {
  if (isList(value)) return value.map(worded).join(', ');
  return isObject(value) ? canonical(value) : String(value ?? '');
}

// Text that grows costs half of a list that is joined, and every value of a plan comes by here.
function canonicalList(list: readonly Json[]): string {
  let text = '[';
  for (const item of list) text += text === '[' ? canonical(item) : `,${canonical(item)}`;
  return `${text}]`;
}

function canonicalObject(object: JsonObject): string {
  let text = '{';
  for (const key of sortedKeys(object)) {
    text += `${text === '{' ? '' : ','}${quoted(key)}:${canonical(object[key] ?? null)}`;
  }
  return `${text}}`;
}

/** Without a comparison of its own, sort goes by code units. */
function sortedKeys(object: JsonObject): string[] {
  return Object.keys(object).sort();
}

/** Text in which nothing is escaped. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** SHA-256 in lower-case hexadecimal, over bytes or UTF-8 text. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The digest of a JSON value: SHA-256 over its canonical form, which is never held whole. */
export function digest(value: Json): string {
  const hash = createHash('sha256');
  let text = '';
  for (const piece of pieces(value)) {
    text += piece;
    if (text.length < MOST_HELD) continue;
    hash.update(text);
    text = '';
  }
  return hash.update(text).digest('hex');
}

const MOST_HELD = 1 << 16;

/** The canonical form of something large: the lists of an object come item by item. */
function* pieces(value: Json): Generator<string> {
  if (isList(value)) {
    for (const [index, item] of value.entries())
      yield `${index === 0 ? '[' : ','}${canonical(item)}`;
    yield value.length === 0 ? '[]' : ']';
  } else if (isObject(value)) {
    const keys = sortedKeys(value);
    for (const [index, key] of keys.entries()) {
      yield `${index === 0 ? '{' : ','}${quoted(key)}:`;
      yield* pieces(value[key] ?? null);
    }
    yield keys.length === 0 ? '{}' : '}';
  } else {
    yield canonical(value);
  }
}
