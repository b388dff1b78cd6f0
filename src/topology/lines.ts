import { SECRET_KEYS } from '../generated/expectations.ts';
import type { Place } from '../kernel/report.ts';

/** The text of a file and where its lines begin. Offsets and columns count UTF-16 units. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** The place of a range of the text. */
  place(start: number, end: number): Place;
  /** The offset of a line and column, both counted from 1. */
  offset(line: number, column: number): number;
  /** A line as it may be shown, counted from 1, without its end; secrets are masked. */
  line(number: number): string;
  /** The offset in bytes, counted from 0 as the file has them, of an offset in the text. */
  byte(offset: number): number;
}

/** Makes a source of text. `skipped` is what stood before it in the file, in bytes. */
export function createSource(file: string, text: string, skipped = 0): Source {
  let known: readonly number[] | undefined;
  const starts = () => (known ??= lineStarts(text));
  const raw = (number: number) => {
    const start = starts()[number - 1] ?? text.length;
    return text.slice(start, starts()[number] ?? text.length).replace(/\r?\n$/, '');
  };
  let secret: ReadonlySet<number> | undefined;
  const position = (offset: number) => {
    const line = lineAt(starts(), offset);
    return { line, column: offset - (starts()[line - 1] ?? 0) + 1 };
  };
  return {
    file,
    text,
    place(start, end) {
      const [from, to] = [position(start), position(Math.max(start, end))];
      return { file, ...from, endLine: to.line, endColumn: to.column };
    },
    offset: (line, column) => (starts()[line - 1] ?? text.length) + column - 1,
    line(number) {
      secret ??= secretLines(starts().map((_, index) => raw(index + 1)));
      return secret.has(number) ? MASK : masked(raw(number));
    },
    byte: offset => skipped + new TextEncoder().encode(text.slice(0, offset)).length,
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The line, counted from 1, in which an offset lies; found by halving. */
function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

// Whoever reads a line of a million characters waits for these: none looks twice at any of them.
const KEY = /(?<![\w-])([\w-]+)(?:["']\s*:|\s*:(?=\s|$))/g;
const SECRET_KEY = new RegExp(SECRET_KEYS);
/** A password in a URL, a signed token, the head of a private key. */
const SECRET_VALUE =
  /\/\/[^/?#\s:]*:[^/?#\s@]*@|(?<![\w-])eyJ[\w-]+\.eyJ[\w-]|-----BEGIN [A-Z ]*PRIVATE/;
const MASK = '********';

/** Cuts a line where a secret may begin: what follows is nobody's business. */
function masked(line: string): string {
  for (const { 0: found, 1: key = '', index } of line.matchAll(KEY)) {
    if (SECRET_KEY.test(key)) return `${line.slice(0, index + found.length)} ${MASK}`;
  }
  const value = line.search(SECRET_VALUE);
  return value === -1 ? line : line.slice(0, value) + MASK;
}

const PRIVATE_KEY = /-----(BEGIN|END) [A-Z ]*PRIVATE/;

/** Lines, counted from 1, that are the rest of a secret which began on a line above. */
function secretLines(lines: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>();
  let within: number | undefined;
  let inKey = false;
  lines.forEach((line, index) => {
    const indent = line.search(/[^\s-]/);
    const goesOn = within !== undefined && (indent > within || indent === -1);
    if (goesOn || inKey) found.add(index + 1);
    else within = masked(line) === line ? undefined : indent;
    const mark = PRIVATE_KEY.exec(line)?.[1];
    if (mark !== undefined) inKey = mark === 'BEGIN' && !line.includes('-----END ');
  });
  return found;
}
