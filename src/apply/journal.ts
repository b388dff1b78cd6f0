import { byCodeUnit, digest } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import { Refusal } from '../kernel/report.ts';
import { writeLines } from '../state/codec.ts';

/** What an apply that is under way may have left in the artifact folder. */
export interface Journal {
  /** Checksum of the plan that is being applied. */
  readonly checksum: string;
  /** Path to every digest that a file of ours may have there; the next apply knows them by it. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>;
}

const JOURNAL_FORMAT = '1.1';

/** The journal as its file holds it, with a seal: what it calls ours may be deleted. */
export function writeJournal({ checksum, files }: Journal): Uint8Array {
  const entries = [...files].map(([path, digests]) => [path, [...digests].sort(byCodeUnit)]);
  const body: JsonObject = {
    format_version: JOURNAL_FORMAT,
    checksum,
    files: Object.fromEntries(entries) as JsonObject,
  };
  return writeLines({ ...body, seal: digest(body) });
}

/** Reads the journal of an apply that did not finish. */
export function readJournal(bytes: Uint8Array): Journal {
  const { seal, ...body } = parse(bytes);
  const { format_version: format, checksum, files } = body;
  if (format !== JOURNAL_FORMAT || typeof checksum !== 'string' || !isObject(files)) {
    throw damaged(`its format is not ${JOURNAL_FORMAT}`);
  }
  if (seal !== digest(body)) throw damaged('its seal does not fit what it says');
  return { checksum, files: new Map(Object.entries(files).map(readDigests)) };
}

function readDigests([path, digests]: [string, unknown]): [string, ReadonlySet<string>] {
  if (!Array.isArray(digests)) throw damaged(`it gives no digests for ${path}`);
  return [path, new Set(digests.map(String))];
}

function parse(bytes: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isObject(value)) return value;
  } catch {
    // Falls through: there is one way to say that it cannot be read.
  }
  throw damaged('it is not whole JSON');
}

function damaged(found: string): Refusal {
  const detail = `journal.json: ${found}; state and artifacts are intact`;
  const help = 'move .concordat/journal.json away, then: concordat apply';
  return new Refusal('apply/journal', { detail, help }, EXIT.failed);
}
