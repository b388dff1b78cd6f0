import type { Colors } from 'picocolors/types.js';
import type { Diagnosis } from '../../index.ts';
import { harmless } from './cells.ts';
import { count } from './plan-human.ts';
import { wrap } from './wrap.ts';

type Cause = Diagnosis['causes'][number];

interface Style {
  readonly colors: Colors;
  readonly width: number;
}

/** A diagnosis for a person: what was recognised, the causes, and what to do next. */
export function humanDiagnosis({ read, causes }: Diagnosis, style: Style): string {
  const blocks = [
    recognised(read, style),
    ...causes.map((one, index) => cause(one, index + 1, style)),
    closing(read, causes, style),
  ];
  return blocks.join('\n\n') + '\n';
}

function recognised(read: Diagnosis['read'], { width, colors }: Style): string {
  if (read.length === 0) return 'Recognised: no header, status or token; the text was searched.';
  const lines = read.flatMap(({ line, kind, facts }) => {
    const size = Math.max(0, ...facts.map(({ name }) => name.length));
    return [
      `  ${colors.bold(kind)} in line ${line}`,
      ...facts.map(({ name, value }) =>
        wrap(harmless(value), `    ${harmless(name).padEnd(size)}  `, width),
      ),
    ];
  });
  return ['Recognised:', ...lines].join('\n');
}

const SIZE = 'confirm'.length;

function cause(one: Cause, number: number, { width, colors }: Style): string {
  const { id, title, because, confirm, mend, source } = one;
  const part = (name: string, texts: readonly string[]): string[] =>
    texts.map((text, index) =>
      wrap(harmless(text), `   ${(index === 0 ? name : '').padEnd(SIZE)}  `, width),
    );
  const from = source.url === null ? source.title : `${source.title}, ${source.url}`;
  return [
    `${colors.bold(`${number}. ${title}`)} ${colors.dim(`[${id}]`)}`,
    ...part('because', because),
    ...part('cause', [one.cause]),
    ...part('confirm', confirm.map(confirmation)),
    ...part('mend', mend),
    ...part('source', [`${from} (${source.grade})`]),
  ].join('\n');
}

function confirmation({ command, property, expected, text }: Cause['confirm'][number]): string {
  if (command === null) return text;
  const what = [command, property].filter(word => word !== null).join(', ');
  return expected === null ? `${what}. ${text}` : `${what}: ${expected}. ${text}`;
}

/** What cannot be told of a token without the receiver's own settings. */
const UNTOLD =
  'A token alone does not tell whether the receiver knows its issuer, holds its certificate and ' +
  'knows its user.';

function closing(
  read: Diagnosis['read'],
  { length }: Diagnosis['causes'],
  { width }: Style,
): string {
  const hasToken = read.some(({ kind }) => kind === 'token');
  const found =
    length > 0
      ? `${count(length, 'known cause')}, the most specific one first.`
      : 'No known cause.';
  const next =
    length > 0
      ? 'look at what confirms the first; when it does not hold, at the next'
      : hasToken
        ? 'give the x-ms-diagnostics and WWW-Authenticate lines of the answer to this token'
        : 'give the whole answer with its headers, the lines around the error, or the token';
  return [
    wrap(hasToken && length === 0 ? `${found} ${UNTOLD}` : found, '', width),
    wrap(next, 'Next: ', width),
  ].join('\n');
}
