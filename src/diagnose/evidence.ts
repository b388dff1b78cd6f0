import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';

/** What was given to be diagnosed, as it is looked at: one line, every run of blanks one blank. */
export interface Evidence {
  readonly text: string;
  /** Where each line of the input begins in the text. */
  readonly starts: readonly number[];
}

/** The most that is read; a header, some lines of a log or a token is far less. */
export const MOST_BYTES = 256 * 1024;

/** Reads bytes strictly: UTF-8, or UTF-16 with its mark, as tools on the servers write it. */
export function readEvidence(bytes: Uint8Array): Evidence {
  if (bytes.length > MOST_BYTES) {
    throw refuse('diagnose/too-long', `the input is longer than ${MOST_BYTES / 1024} KiB`);
  }
  const lines = decode(bytes)
    .split(/\r\n|\n|\r/)
    .map(flat);
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line === '' ? 0 : line.length + 1;
  }
  const text = lines.filter(line => line !== '').join(' ');
  if (text === '') throw refuse('diagnose/unreadable', 'the input holds no text');
  return { text, starts };
}

/** The line of the input, from 1, in which a place of the text stands. */
export function lineOf({ starts }: Evidence, at: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(1, low);
}

/** In lower case, letter by letter, so that places stay what they are. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : 'utf-8';
  const text = decoded(bytes, encoding);
  if (text === undefined) {
    throw refuse('diagnose/unreadable', `the input is not ${encoding.toUpperCase()}`);
  }
  if (text.includes('\0')) {
    throw refuse('diagnose/unreadable', 'the input holds NUL, as UTF-16 without its mark does');
  }
  return text;
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A terminal's colours say nothing, and what wraps lines puts blanks where words were apart. */
function flat(line: string): string {
  return line
    .replace(/\x1b\[[0-9;]*[A-Za-z]/g, '')
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim();
}

function refuse(code: 'diagnose/too-long' | 'diagnose/unreadable', detail: string): Refusal {
  const help =
    'give the header, the lines around the error or the token alone, saved as UTF-8; nothing of ' +
    'the input is kept or shown';
  return new Refusal(code, { detail, help }, EXIT.invalid);
}
