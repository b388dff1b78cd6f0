import type { EvidenceDocument } from '../generated/evidence-document.ts';
import { evidence as validate } from '../generated/validators.cjs';
import { digest, sha256, worded } from '../kernel/canonical.ts';
import { firstFault } from '../kernel/first-fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import { readStrictJson } from '../kernel/strict-json.ts';
import { ENVELOPE, type EvidenceFiles } from './evidence.ts';
import { placeOf } from './json-file.ts';
import { decodeText } from './text.ts';

/** A file that is not what it should be, and what was found. */
export class Unsound extends Error {
  readonly code: 'evidence/damaged' | 'evidence/format';

  constructor(file: string, detail: string, code: Unsound['code'] = 'evidence/damaged') {
    super(`${file}: ${detail}`);
    this.code = code;
  }
}

const KIND = 'concordat/evidence';

const HELP = {
  'evidence/damaged': 'copy the whole folder from the server again, or run the collector again',
  'evidence/format': 'name what a collector of this version wrote: concordat collect',
} as const;

/** Says what is wrong with a reading. */
export function reportUnsound(
  { code, message }: Unsound,
  { place }: EvidenceFiles,
  report: Report,
) {
  report.add(code, { detail: `${place}: ${message}`, help: HELP[code] });
}

/** The JSON of an envelope. */
export function parseEnvelope(bytes: Uint8Array): unknown {
  const text = decodeText(bytes);
  if (text === undefined) throw new Unsound(ENVELOPE, 'it is neither whole UTF-8 nor whole UTF-16');
  const read = readStrictJson(text);
  if ('value' in read) return read.value;
  const { line, column } = placeOf(text, read.at);
  throw new Unsound(
    ENVELOPE,
    `line ${line}, column ${column}: it is not whole JSON: ${read.fault}`,
  );
}

/** Whether a file among others is evidence, though perhaps a damaged one. */
export function isEnvelope(bytes: Uint8Array): boolean {
  const text = decodeText(bytes) ?? Buffer.from(bytes).toString('latin1');
  if (!text.includes(KIND)) return false;
  try {
    const value = parseEnvelope(bytes);
    return typeof value === 'object' && (value as JsonObject | null)?.['kind'] === KIND;
  } catch (error) {
    if (!(error instanceof Unsound)) throw error;
    return true;
  }
}

/** The envelope of a reading, of whichever kind, which is what its own digest says. */
export function readEnvelope({ files }: EvidenceFiles): EvidenceDocument {
  const bytes = files.get(ENVELOPE);
  if (!bytes) throw new Unsound(ENVELOPE, 'it is not there', 'evidence/format');
  const value = parseEnvelope(bytes);
  if (!validate(value)) {
    throw new Unsound(
      ENVELOPE,
      firstFault(validate.errors, 'an envelope', value),
      'evidence/format',
    );
  }
  const { sha256: sum, ...body } = value as JsonObject;
  if (worded(sum).toLowerCase() !== digest(body)) {
    throw new Unsound(ENVELOPE, 'its SHA-256 does not fit what it says');
  }
  return value as EvidenceDocument;
}

/** A file that an envelope names, as it names it. */
export function namedFile(files: EvidenceFiles['files'], file: string, sum: string): Uint8Array {
  const bytes = files.get(file);
  if (!bytes) throw new Unsound(file, 'it is not there, and the envelope names it');
  if (sha256(bytes) !== sum.toLowerCase()) {
    throw new Unsound(file, 'its SHA-256 is not the one that the envelope names');
  }
  return bytes;
}
