/** A JSON value. Everything that is digested, saved or compared is one of these. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object; `emptyMap` where keys come from a user. */
export interface JsonObject {
  readonly [key: string]: Json;
}

const Bare = function () {} as unknown as new () => Record<string, Json>;
Bare.prototype = Object.create(null) as object;

/**
 * A map that inherits nothing, so that no key can be more than a key. Unlike what
 * `Object.create(null)` makes it is no hash table to the engine: small maps are read much faster.
 */
export function emptyMap(): Record<string, Json> {
  return new Bare();
}

/** Where a value stands inside a document: map keys and list indexes from the root. */
export type Path = readonly (string | number)[];

/** Whether a JSON value is an object (and not a list or null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is a list; `Array.isArray` forgets what it is a list of. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** An RFC 6901 pointer, the form in which paths are printed and compared. */
export function pointer(path: Path): string {
  return path.map(part => '/' + String(part).replace(/~/g, '~0').replace(/\//g, '~1')).join('');
}
