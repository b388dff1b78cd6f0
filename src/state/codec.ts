import { byCodeUnit, digest } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import { state as validate } from '../generated/validators.cjs';
import type { Snapshot } from './snapshot.ts';

/** The format this version writes. */
export const STATE_FORMAT = '1.1';
/**
 * Formats this version reads. A newer minor one is refused: what this version does not know, the
 * next write of the state would drop.
 */
const READABLE: readonly string[] = ['1.0', STATE_FORMAT];

const RESTORE =
  'take back a whole one, from version control or the newest file in .concordat/history/';
const UPGRADE = 'use the version of concordat that wrote it, or a newer one';

const RECORDED = 'the recorded state (state.json)';

/** Reads a recorded state; refuses, by name, whatever is not exactly what was written. */
export function readSnapshot(bytes: Uint8Array, file = RECORDED): Snapshot {
  const refuse = refusing(file);
  const value = readObject(bytes, refuse);
  const { checksum, ...body } = value;
  const format = body['format_version'];
  if (typeof format !== 'string' || typeof body['lineage'] !== 'string') {
    throw refuse('state/foreign', 'it names neither a format nor a lineage', RESTORE);
  }
  if (!READABLE.includes(format)) {
    const expected = READABLE.join(' or ');
    throw refuse('state/format', `its format is ${format}, expected ${expected}`, UPGRADE);
  }
  if (checksum !== digest(body)) {
    throw refuse('state/edited', 'its checksum does not fit what it says', RESTORE);
  }
  if (!validate(value)) {
    throw refuse('state/edited', faultOf(), RESTORE);
  }
  return body as unknown as Snapshot;
}

/** A state as its file holds it: one member a line, sorted, with a checksum over all others. */
export function writeSnapshot(snapshot: Snapshot): Uint8Array {
  const body = snapshot as unknown as JsonObject;
  const value = { ...body, checksum: digest(body) };
  // What could not be read again must never take the place of what can.
  if (!validate(value)) throw new Error(`the next state would not be one: ${faultOf()}`);
  return writeLines(value);
}

/** JSON in one fixed form that version control can compare line by line. */
export function writeLines(value: JsonObject): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(sorted(value), null, 2) + '\n');
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function faultOf(): string {
  const [first] = validate.errors ?? [];
  return `at ${first?.instancePath || '/'} it ${first?.message}`;
}

function readObject(bytes: Uint8Array, refuse: Refuse): JsonObject {
  let text = '';
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    throw refuse('state/torn', tornDetail(bytes, text), RESTORE);
  }
  if (isObject(value)) return value;
  throw refuse('state/foreign', 'it is JSON, but not an object', RESTORE);
}

function tornDetail(bytes: Uint8Array, text: string): string {
  if (bytes.length === 0) return 'it is empty';
  if (text.includes('\n<<<<<<< ')) return 'it holds the marks of a merge that was not finished';
  return `its ${bytes.length} bytes are not whole JSON`;
}

type Refuse = (code: Code, found: string, help: string) => Refusal;

function refusing(file: string): Refuse {
  return (code, found, help) =>
    new Refusal(code, { detail: `${file}: ${found}; nothing was changed`, help }, EXIT.failed);
}
