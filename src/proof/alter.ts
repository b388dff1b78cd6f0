import type { Literal } from './declared-block.ts';

/** The file with one literal altered: one character of a text, one step of anything else. */
export function alterLiteral(bytes: Uint8Array, literal: Literal, at?: number): Uint8Array {
  const { start, end, kind, value } = literal;
  const written = Buffer.from(bytes.subarray(start, end)).toString('latin1');
  switch (kind) {
    case 'string':
      return splice(bytes, literal, alterText(written, at ?? Math.floor(written.length / 2)));
    case 'integer':
      return splice(bytes, literal, String(Number(value) + 1));
    case 'boolean':
      return splice(bytes, literal, value === true ? '$false' : '$true');
    case 'null':
      return splice(bytes, literal, "'x'");
  }
}

function splice(
  bytes: Uint8Array,
  { start, end }: { readonly start: number; readonly end: number },
  text: string,
): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(text), bytes.subarray(end)]);
}

/** Alters the letter or digit nearest behind a place; a text that has none gets one more. */
function alterText(written: string, at: number): string {
  const places = [...written.matchAll(/[A-Za-z0-9]/g)].map(match => match.index);
  const place = places.find(one => one >= at) ?? places.at(-1);
  if (place === undefined || written.startsWith('(')) return written.replace("'", "'x");
  return written.slice(0, place) + other(written.charAt(place)) + written.slice(place + 1);
}

/** Another character of its kind, different even when case is ignored. */
function other(character: string): string {
  if (/[0-9]/.test(character)) return String((Number(character) + 1) % 10);
  return /[a-f]/i.test(character)
    ? /a/i.test(character)
      ? 'b'
      : 'a'
    : 'g' === character
      ? 'h'
      : 'g';
}

const CERTIFICATE = /"value": ?"([A-Za-z0-9+/]+=*)"/g;

/** A certificate file, or a document with its certificates, with one byte altered. */
export function alterBytes(bytes: Uint8Array, part = 0.5): Uint8Array[] {
  const text = Buffer.from(bytes).toString('latin1');
  if (!text.trimStart().startsWith('{')) return [flip(bytes, part)];
  return [...text.matchAll(CERTIFICATE)].map(match => {
    const [whole, value = ''] = match;
    const start = match.index + whole.indexOf(value);
    const altered = Buffer.from(flip(Buffer.from(value, 'base64'), part)).toString('base64');
    return splice(bytes, { start, end: start + value.length }, altered);
  });
}

function flip(bytes: Uint8Array, part: number): Uint8Array {
  const altered = Uint8Array.from(bytes);
  const at = Math.min(bytes.length - 1, Math.floor(bytes.length * part));
  altered[at] = (altered[at] ?? 0) ^ 1;
  return altered;
}
