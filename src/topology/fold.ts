import { isObject, type Json, type JsonObject } from '../kernel/json.ts';

/** Names of several labels, with or without a leading wildcard. */
const HOST = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URL_HEAD = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Files and free words stand here: a file name looks like a host name, and only some file
 * systems forget case.
 */
const AS_WRITTEN = new Set(['issuer', 'site', 'name']);

/** Folds the case of every host name, GUID and URL head; other words stay as written. */
export function fold(value: JsonObject): JsonObject {
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, AS_WRITTEN.has(key) ? item : foldValue(item)]),
  );
}

function foldValue(value: Json): Json {
  if (typeof value === 'string') return foldText(value);
  if (Array.isArray(value)) return value.map(foldValue);
  return isObject(value) ? fold(value) : value;
}

function foldText(value: string): string {
  const lower = value.toLowerCase();
  if (lower === value || HOST.test(value) || GUID.test(value)) return lower;
  return value.replace(URL_HEAD, head => head.toLowerCase());
}

/** An instant in UTC without fractions; text that carries no offset stays as written. */
export function utc(value: string): string {
  const parts = INSTANT.exec(value);
  if (!parts) return value;
  const [, day, time = '', offset = ''] = parts;
  const seconds = time.length === 5 ? `${time}:00` : time;
  const instant = new Date(`${day}T${seconds}${offset.toUpperCase()}`);
  if (Number.isNaN(instant.getTime())) return value;
  return instant.toISOString().replace('.000Z', 'Z');
}
