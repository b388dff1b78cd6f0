import type { JsonObject } from '../kernel/json.ts';
import { readStrictObject } from '../kernel/strict-json.ts';
import type { Denial } from './report.ts';

/** A token taken apart, nothing of it believed yet. */
export interface Token {
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** The third segment; empty where nothing is signed. */
  readonly signature: string;
}

/** A bearer value: the signed actor token and, where it speaks for a user, what is around it. */
export interface Bearer {
  readonly actor: Token;
  readonly outer?: Token;
}

const LONGEST = 1 << 16;

/** Takes a compact token apart: sizes, members (V1) and canonical base64url (V2). */
export function readToken(text: string): Token | Denial {
  if (text.length > LONGEST) return { rule: 'V1', because: 'the token is longer than 64 KiB' };
  const segments = text.split('.');
  const [first = '', second = '', signature = ''] = segments;
  if (segments.length !== 3) {
    return { rule: 'V2', because: `the token has ${segments.length} segments, not three` };
  }
  const bytes = segments.map(readSegment);
  if (!bytes.every(one => one !== undefined)) {
    return { rule: 'V2', because: 'a segment is not canonical base64url' };
  }
  const header = readPart(bytes[0]);
  const claims = readPart(bytes[1]);
  if (typeof header === 'string') return { rule: 'V1', because: `the header is ${header}` };
  if (typeof claims === 'string') return { rule: 'V1', because: `the payload is ${claims}` };
  return { text: `${first}.${second}.${signature}`, header, claims, signature };
}

/** Whether a check refused. */
export function isDenial(value: object | undefined): value is Denial {
  return value !== undefined && 'rule' in value && 'because' in value;
}

/** Decoders forgive padding, blanks and stray bits; writing the bytes again does not. */
function readSegment(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url');
  return bytes.toString('base64url') === segment ? bytes : undefined;
}

function readPart(bytes: Uint8Array | undefined): JsonObject | string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const read = readStrictObject(text);
    return 'object' in read ? read.object : read.fault;
  } catch {
    return 'not UTF-8';
  }
}
