import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';

const NAUGHTY = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('big-list-of-naughty-strings/blns.json'),
    'utf8',
  ),
) as string[];

const QUOTES = ["'", '\u2018', '\u2019', '\u201a', '\u201b'];

/** What breaks out of something: a literal, a line, a document, a terminal, a map of ours. */
const BREAKERS: readonly string[] = [
  ...QUOTES.flatMap(one => [
    one,
    `x${one}; Stop-Computer #`,
    `${one}})\nStop-Computer\n@(@{a=${one}`,
  ]),
  '$(Stop-Computer)',
  '${env:PATH}',
  '`$(Stop-Computer)`n',
  '`',
  '"; Stop-Computer; "',
  "@'\nStop-Computer\n'@",
  "@'",
  '#>',
  '<# Stop-Computer #>',
  ';',
  '| Stop-Computer',
  '\u00c2\u00d1\u00d2',
  '\u00d1\u00d2\u00c2\u201d \u201c',
  '\u00e2\u20ac\u2122; Stop-Computer #',
  'Stra\u00dfe \u2013Force',
  'M\u00fcnchen \u{1f600} \u4e2d\u6587',
  'a\u202eb',
  '\u200fthumb',
  'a\u200bb',
  '\u061c',
  'a\0b',
  'a\nb',
  'x\nerror: FAKED\n# FAKED\n| FAKED |\n```\n',
  'x\r\nFAKED',
  'x\rFAKED',
  'x\u0085FAKED',
  'x\u2028FAKED\u2029',
  '\u001b[2J\u001b[31mFAKED',
  '\u009b31mFAKED',
  '\u001b]8;;https://evil.example\u0007FAKED',
  '\ud800',
  '\ufffd',
  '# FAKED',
  '## FAKED',
  '- FAKED',
  '1. FAKED',
  '> FAKED',
  '=====',
  '-----',
  '```',
  '```powershell',
  '~~~',
  '| FAKED | FAKED |',
  'a | b',
  'a `|` b `c',
  '``x``',
  '<script>alert(1)</script>',
  '<!-- FAKED -->',
  '[FAKED](https://evil.example)',
  '![FAKED](https://evil.example)',
  '**FAKED** _FAKED_ \\',
  '&lt;FAKED&gt;',
  '{{ declared }}',
  '{% raw %}',
  '{realm}',
  '{other.realm?}',
  '%s %d %n',
  '$&$1$`',
  '../../etc/passwd',
  '..',
  '/',
  'con',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'to-string',
  '0',
  '-1',
  '1e309',
  '2030-01-01',
  'true',
  'null',
  '~',
  '!!js/function',
  '*alias',
  '&anchor',
  '? x',
  '<<',
  'x'.repeat(64),
  'x'.repeat(65),
  'a '.repeat(120),
  'x'.repeat(1025),
];

/** Long enough that whatever looks twice at each of their characters is noticed. */
const LONG: readonly string[] = [
  'x',
  ' ',
  ':',
  '-',
  'eyJ',
  'a.',
  'a: ',
  '$',
  '`',
  '[',
  '\u00df',
].flatMap(part => [part.repeat(100_000), `a://${part.repeat(100_000)}`]);

const TELLING = '\'"\u2018\u2019\u201a\u201b\u201c\u201d`$(){};&|#@,<>*_[]!\\\u2013\u2014 \u00a0a1';
const RANDOM = fc.sample(
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...TELLING), minLength: 1, maxLength: 12 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  ),
  { numRuns: 150, seed: 4711 },
);

/** Strings that somebody might put into a topology to see what happens. */
export const HOSTILE: readonly string[] = [...new Set([...BREAKERS, ...NAUGHTY, ...RANDOM])];

/** Very long strings: one of them, another each time. */
export const long = (turn: number): string => LONG[turn % LONG.length] ?? '';

/** Every second of what breaks out of something and a few others, moving on from turn to turn. */
export function some(turn: number, count: number): readonly string[] {
  const others = HOSTILE.slice(BREAKERS.length);
  const from = (turn * count) % others.length;
  const part = [...others, ...others].slice(from, from + count);
  return [...new Set([...BREAKERS.filter((_, index) => (index + turn) % 2 === 0), ...part])];
}
