import { createHash } from 'node:crypto';
import type { Json, JsonObject } from './json.ts';

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
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = value as JsonObject;
  // Without a comparison of its own, sort goes by code units.
  const keys = Object.keys(object).sort();
  const members = keys.map(key => `${JSON.stringify(key)}:${canonical(object[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 in lower-case hexadecimal, over bytes or UTF-8 text. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The digest of a JSON value: SHA-256 over its canonical form. */
export function digest(value: Json): string {
  return sha256(canonical(value));
}
