import { isList, isObject } from '../kernel/json.ts';
import { thumbprint, type Thumbprint } from '../kernel/names.ts';
import { shown } from '../kernel/visible.ts';
import { membersOf, refuse, textOf, type JsonNode } from './json-file.ts';

const MOST_BYTES = 36_500;

/** Bytes as an export has them: base64, or a list of numbers; `undefined` for anything else. */
export function bytesOf({ value }: JsonNode): Uint8Array | undefined {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'base64');
    return value !== '' && bytes.toString('base64') === value ? new Uint8Array(bytes) : undefined;
  }
  if (!isList(value) || value.length === 0 || value.length > MOST_BYTES) return undefined;
  const numbers = value.filter(one => typeof one === 'number');
  const whole = numbers.every(one => Number.isInteger(one) && one >= 0 && one <= 255);
  return whole && numbers.length === value.length ? Uint8Array.from(numbers) : undefined;
}

/** A thumbprint that is an identifier, in hexadecimal or as its bytes; null if it is none. */
export function thumbprintIn(node: JsonNode | undefined): Thumbprint | null {
  if (!node) return null;
  // Forty hexadecimal digits are base64 too, of something that nobody would write there.
  const plain = typeof node.value === 'string' ? thumbprint(node.value) : undefined;
  if (plain) return plain;
  const bytes = Buffer.from(bytesOf(node) ?? []);
  return thumbprint(bytes.toString(bytes.length === 20 ? 'hex' : 'latin1')) ?? null;
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,7})?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const MILLISECONDS = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;
const YEAR_10000 = 253_402_300_800_000;

/** An instant in ISO 8601 or in the shell's milliseconds; null where there is none. */
export function instantOf(node: JsonNode | undefined): string | null {
  if (node === undefined || node.value === null) return null;
  // Windows PowerShell wraps a date that came out of a pipeline.
  if (isObject(node.value)) {
    return instantOf(membersOf(node).get('value') ?? refuse(node, 'is an object without a date'));
  }
  const text = textOf(node);
  const [, count] = MILLISECONDS.exec(text) ?? [];
  const time = count === undefined ? isoTime(text) : Number(count);
  if (time === undefined || Number.isNaN(time) || time < 0 || time >= YEAR_10000) {
    refuse(
      node,
      `is "${shown(text)}"; expected an instant with its zone, such as 2030-01-31T00:00:00Z`,
    );
  }
  return new Date(time - (time % 1000)).toISOString().replace('.000Z', 'Z');
}

function isoTime(text: string): number | undefined {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const [, year = '', month = '', day = ''] = parts;
  // Of the 31st of February the engine makes another day.
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) > last ? undefined : Date.parse(text);
}
