import { emptyMap, type Json, type JsonObject } from '../kernel/json.ts';
import { expect, stop, take, Unreadable, type Scan as TextScan } from '../kernel/scan.ts';

/** One literal of a block: what it says, which value it is, and the bytes it occupies. */
export interface Literal {
  /** Keys and list indexes from the block: `Partner.MetadataUrl`, `Self.Hosts.0`. */
  readonly path: string;
  readonly kind: 'string' | 'integer' | 'boolean' | 'null';
  readonly value: string | number | boolean | null;
  /** Byte offsets in the file; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Counts from 1. */
  readonly line: number;
}

/** What the literal block of a script declares. */
export interface Declared {
  readonly values: JsonObject;
  readonly literals: readonly Literal[];
}

/** Why a block cannot be read, and on which line. */
export interface Fault {
  readonly fault: string;
  readonly line: number;
}

const MOST_BYTES = 1 << 20;
const DEEPEST = 12;
const BOM = [0xef, 0xbb, 0xbf];
const OPENING = /^\$Declared[ ]*=[ ]*(?=@\{)/gim;

/**
 * Reads the one `$Declared = @{ … }` of a script. Everything that is not a plain literal is a
 * fault: what the engine would evaluate, we would have to guess.
 */
export function readDeclared(bytes: Uint8Array): Declared | Fault {
  const text = asScriptText(bytes);
  if (typeof text !== 'string') return text;
  const openings = [...text.matchAll(OPENING)];
  const [opening] = openings;
  if (!opening) return { fault: 'there is no line that begins with "$Declared = @{"', line: 1 };
  const second = openings[1];
  if (second) return faultAt(text, second.index, 'a second "$Declared" block');
  const scan: Scan = { text, at: opening.index + opening[0].length, literals: [] };
  try {
    const values = readTable(scan, []);
    if (!/\r\n|$/y.test(text.slice(scan.at, scan.at + 2))) stop(scan, 'text after the block');
    return { values, literals: scan.literals };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return faultAt(text, thrown.at, thrown.message);
    throw thrown;
  }
}

/** Whether reading a block failed. */
export function isFault(reading: Declared | Fault): reading is Fault {
  return 'fault' in reading;
}

/** A script's bytes as text whose indexes are byte offsets: line ends stand for the mark. */
function asScriptText(bytes: Uint8Array): string | Fault {
  if (bytes.length > MOST_BYTES) return { fault: 'longer than 1 MiB', line: 1 };
  if (BOM.some((byte, index) => bytes[index] !== byte)) {
    return { fault: 'does not begin with a byte order mark', line: 1 };
  }
  const text = '\n'.repeat(BOM.length) + Buffer.from(bytes.subarray(BOM.length)).toString('latin1');
  const odd = /[^\x20-\x7e\r\n]|\r(?!\n)|(?<!\r)\n/.exec(text.slice(BOM.length));
  if (!odd) return text;
  return faultAt(text, odd.index + BOM.length, 'a character that is neither ASCII nor CRLF');
}

function faultAt(text: string, at: number, fault: string): Fault {
  return { fault, line: lineOf(text, at) };
}

function lineOf(text: string, at: number): number {
  return text.slice(BOM.length, at).split('\n').length;
}

interface Scan extends TextScan {
  readonly literals: Literal[];
}

type Where = readonly (string | number)[];

const BLANKS = /[ ]*/y;
const GAP = /(?:[ ]|\r\n)*/y;

function readTable(scan: Scan, where: Where): JsonObject {
  if (where.length > DEEPEST) stop(scan, `nested more than ${DEEPEST} deep`);
  expect(scan, /@\{/y, 'a table');
  const table = emptyMap();
  const seen = new Set<string>();
  take(scan, GAP);
  while (!take(scan, /\}/y)) {
    const key = readKey(scan);
    // The engine folds the case of keys and refuses a second one.
    if (seen.has(key.toLowerCase())) stop(scan, `the key ${key} stands twice`);
    seen.add(key.toLowerCase());
    take(scan, BLANKS);
    expect(scan, /=/y, 'an equals sign');
    take(scan, BLANKS);
    table[key] = readValue(scan, [...where, key]);
    endOfItem(scan, /[ ]*(?:;|\r\n)/y, /[ ]*(?=\})/y, 'a line end, a semicolon or "}"');
  }
  return table;
}

function readKey(scan: Scan): string {
  const word = take(scan, /[A-Za-z_][A-Za-z0-9_]*/y);
  return word ?? (scan.text[scan.at] === "'" ? readQuoted(scan) : stop(scan, 'expected a key'));
}

/** After an item: a separator (and any empty lines), or the closing bracket ahead. */
function endOfItem(scan: Scan, separator: RegExp, closing: RegExp, expected: string): void {
  if (take(scan, separator) === undefined) expect(scan, closing, expected);
  take(scan, GAP);
}

function readList(scan: Scan, where: Where): Json[] {
  if (where.length > DEEPEST) stop(scan, `nested more than ${DEEPEST} deep`);
  expect(scan, /@\(/y, 'a list');
  const list: Json[] = [];
  take(scan, GAP);
  while (!take(scan, /\)/y)) {
    // The engine would unroll a list in a list, or not, depending on commas.
    if (scan.text.startsWith('@(', scan.at)) stop(scan, 'a list directly inside a list');
    const before = scan.at;
    list.push(readValue(scan, [...where, list.length]));
    // An item on a line of its own is a statement of its own, and a null one still counts.
    const comma = take(scan, /[ ]*,/y);
    if (comma === undefined) endOfItem(scan, /[ ]*\r\n/y, /[ ]*(?=\))/y, 'a comma or ")"');
    else take(scan, GAP);
    if (comma !== undefined && scan.text[scan.at] === ')') stop(scan, 'a comma before ")"');
    if (before === scan.at) stop(scan, 'expected an item');
  }
  return list;
}

function readValue(scan: Scan, where: Where): Json {
  if (scan.text.startsWith('@{', scan.at)) return readTable(scan, where);
  if (scan.text.startsWith('@(', scan.at)) return readList(scan, where);
  const start = scan.at;
  const [kind, value] = readScalar(scan);
  const line = lineOf(scan.text, start);
  scan.literals.push({ path: where.join('.'), kind, value, start, end: scan.at, line });
  return value;
}

type Scalar = readonly [Literal['kind'], Literal['value']];

const WORDS: Readonly<Record<string, Scalar>> = {
  $true: ['boolean', true],
  $false: ['boolean', false],
  $null: ['null', null],
};

function readScalar(scan: Scan): Scalar {
  const next = scan.text[scan.at];
  if (next === "'") return ['string', readQuoted(scan)];
  if (next === '(') return ['string', readJoined(scan)];
  const word = take(scan, /\$(?:true|false|null)(?![A-Za-z0-9_:.])/y);
  if (word !== undefined) return WORDS[word] ?? stop(scan, 'an unknown word');
  const digits = take(scan, /(?:0|-?[1-9][0-9]{0,9})(?![A-Za-z0-9_.])/y);
  if (digits === undefined) stop(scan, 'not a plain literal');
  const value = Number(digits);
  if (value !== (value | 0)) stop(scan, 'an integer of more than 32 bits');
  return ['integer', value];
}

/** The file is ASCII, so of the five quote characters only one can stand here: doubled, or last. */
function readQuoted(scan: Scan): string {
  const text = take(scan, /'(?:[^'\r\n]|'')*'/y);
  if (text === undefined) stop(scan, 'a string that does not end on its line');
  return text.slice(1, -1).replaceAll("''", "'");
}

/** `('a' + [char]0x00DF + 'b')`: how a character beyond ASCII is written. */
function readJoined(scan: Scan): string {
  expect(scan, /\(/y, '"("');
  let text = '';
  do {
    take(scan, BLANKS);
    text += scan.text[scan.at] === "'" ? readQuoted(scan) : readCharacter(scan);
    take(scan, BLANKS);
  } while (take(scan, /\+/y) !== undefined);
  expect(scan, /\)/y, '"+" or ")"');
  return text;
}

function readCharacter(scan: Scan): string {
  const code = expect(scan, /\[char\]0x[0-9A-Fa-f]{4}(?![A-Za-z0-9_])/y, 'a string or a [char]');
  return String.fromCharCode(parseInt(code.slice('[char]0x'.length), 16));
}
