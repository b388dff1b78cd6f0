import type { Code } from '../kernel/report.ts';
import type { Fault } from './fault.ts';
import type { Source } from './lines.ts';

interface Kind {
  readonly code: Code;
  readonly match: RegExp;
  /** Completes "U+202E ...". */
  readonly is: string;
  readonly help: string;
}

/** Characters that a reviewer does not see as they are, by the harm they do. */
const KINDS: readonly Kind[] = [
  {
    code: 'topology/null-character',
    match: /\0/,
    is: 'is the null character, at which other programs stop reading',
    help: 'delete it; if there is one in every second place, save the file as UTF-8',
  },
  {
    code: 'topology/line-separator',
    match: /[\r\u0085\u2028\u2029]/,
    is: 'ends a line for some programs and not for others',
    help: 'end lines with a line feed, or with carriage return and line feed',
  },
  {
    code: 'topology/control-character',
    match: /[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/,
    is: 'is a control character',
    help: 'delete it; for a blank, type a blank',
  },
  {
    code: 'topology/bidi-character',
    match: /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
    is: 'changes the direction of writing, so that a reviewer sees another text than the one here',
    help: 'delete it; Windows puts one before a thumbprint that is copied from its dialog',
  },
  {
    code: 'topology/lone-surrogate',
    match: /\p{Surrogate}/u,
    is: 'is half of a character',
    help: 'write the whole character instead of its halves',
  },
  {
    code: 'topology/invisible-character',
    match: /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u,
    is: 'is invisible, so that two names that look alike differ',
    help: 'delete it; it often comes along with text copied from a page or a chat',
  },
];

/** All of them in one search. U+FE0F only makes a sign colourful and may stay. */
const FORBIDDEN = new RegExp(
  [
    '\\r(?!\\n)',
    '[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ufff9-\\ufffb]',
    '\\p{Surrogate}',
    '(?!\\ufe0f)\\p{Default_Ignorable_Code_Point}',
  ].join('|'),
  'gu',
);

/** How many are named in one file; who has more has them everywhere. */
const MOST = 20;

/** Finds characters in the text of a file that may not stand there, not even in a comment. */
export function characterFaults(source: Source): Fault[] {
  const faults: Fault[] = [];
  for (const { 0: character, index } of source.text.matchAll(FORBIDDEN)) {
    faults.push(faultOf(character, source, [index, index + character.length]));
    if (faults.length === MOST) break;
  }
  return faults;
}

/** Whether a text holds such a character. */
export function isMisleading(text: string): boolean {
  return text.search(FORBIDDEN) !== -1;
}

/** The first such character that an escape put into a value; a line feed may stand there. */
export function escapedFault(
  value: string,
  source: Source,
  [start, end]: readonly [number, number, ...number[]],
): Fault | undefined {
  const [character] = value.match(FORBIDDEN) ?? [];
  return character === undefined ? undefined : faultOf(character, source, [start, end]);
}

function faultOf(
  character: string,
  source: Source,
  [start, end]: readonly [number, number],
): Fault {
  const kind = KINDS.find(({ match }) => match.test(character)) ?? KINDS[KINDS.length - 1];
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return {
    code: kind?.code ?? 'topology/control-character',
    detail: `U+${point} ${kind?.is ?? ''}`,
    help: kind?.help ?? '',
    place: source.place(start, end),
  };
}
