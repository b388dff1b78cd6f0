import type { Colors } from 'picocolors/types.js';
import type { Diagnosis } from '../../index.ts';
import { harmless } from './cells.ts';
import { count } from './plan-human.ts';
import { wrap } from './wrap.ts';

type Cause = Diagnosis['causes'][number];
type Value = NonNullable<Cause['confirm'][number]['seen']>[number]['values'][number];

interface Style {
  readonly colors: Colors;
  readonly width: number;
}

/** A diagnosis for a person: what was recognised, the causes, and what to do next. */
export function humanDiagnosis({ read, causes, compare }: Diagnosis, style: Style): string {
  const blocks = [
    recognised(read, style),
    ...causes.map((one, index) => cause(one, index + 1, style)),
    ...(compare ? [beside(compare, style)] : []),
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

function label(name: string): string {
  return `   ${name.padEnd(SIZE)}  `;
}

function cause(one: Cause, number: number, { width, colors }: Style): string {
  const { id, title, because, confirm, mend, source } = one;
  const line = (text: string, prefix: string): string => wrap(harmless(text), prefix, width);
  const part = (name: string, texts: readonly string[]): string[] =>
    texts.map((text, index) => line(text, label(index === 0 ? name : '')));
  const from = source.url === null ? source.title : `${source.title}, ${source.url}`;
  return [
    `${colors.bold(`${number}. ${title}`)} ${colors.dim(`[${id}]`)}`,
    ...part('seen', one.evidence ? [VERDICTS[one.evidence]] : []),
    ...part('because', because),
    ...part('cause', [one.cause]),
    ...asked(confirm, 'confirm', width),
    ...part('mend', mend),
    ...part('source', [`${from} (${source.grade})`]),
  ].join('\n');
}

function asked(confirm: Cause['confirm'], name: string, width: number): string[] {
  const line = (text: string, prefix: string): string => wrap(harmless(text), prefix, width);
  return confirm.flatMap((entry, index) => [
    line(confirmation(entry), label(index === 0 ? name : '')),
    ...answers(entry).map(text => line(text, `${label('')}- `)),
  ]);
}

/** Evidence that is given and silent would be taken for evidence that has nothing against it. */
const NOT_COMPARED =
  'Evidence is asked only what confirms a known cause. It was not compared with the values of ' +
  'the input, such as thumbprint, realm and audience';

function beside(compare: NonNullable<Diagnosis['compare']>, { width }: Style): string {
  const end = compare.length > 0 ? '; a person can:' : '.';
  return [wrap(NOT_COMPARED + end, '', width), ...asked(compare, 'compare', width)].join('\n');
}

const VERDICTS = {
  confirms: 'evidence confirms it',
  against: 'evidence speaks against it',
} as const;
const WORDS = { confirms: 'confirms it', against: 'speaks against it', open: 'has' } as const;

/** What evidence shows of it; nothing where none was given, or no collector reads it. */
function answers({ seen }: Cause['confirm'][number]): string[] {
  if (seen?.length === 0) return ['not read: no evidence of such a server was given'];
  return (seen ?? []).map(({ host, collected_at: at, says: word, because, values }) => {
    const where = `${host}, ${at.slice(0, 16).replace('T', ' ')} UTC,`;
    if (word === 'not-read') return `${where} was not read: ${because ?? ''}`;
    const shown = values.map(one => valueOf(one));
    return `${where} ${WORDS[word]}: ${shown.join('; ') || 'no such object'}`;
  });
}

function valueOf({ object, value }: Value): string {
  const shown = value === null ? '(not shown there)' : value === '' ? '(empty)' : value;
  return object === '' ? shown : `${object} = ${shown}`;
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

function closing(read: Diagnosis['read'], causes: Diagnosis['causes'], { width }: Style): string {
  const hasToken = read.some(({ kind }) => kind === 'token');
  const [first] = causes;
  if (!first) {
    const next = hasToken
      ? 'give the x-ms-diagnostics and WWW-Authenticate lines of the answer to this token'
      : 'give the whole answer with its headers, the lines around the error, or the token';
    const found = hasToken ? `No known cause. ${UNTOLD}` : 'No known cause.';
    return [wrap(found, '', width), wrap(next, 'Next: ', width)].join('\n');
  }
  const isConfirmed = first.evidence === 'confirms';
  const order = `${isConfirmed ? 'confirmed ones first, then ' : ''}the most specific one first`;
  const next = isConfirmed
    ? 'mend the first, which is confirmed, and try again'
    : 'look at what confirms the first; when it does not hold, at the next';
  return [
    wrap(`${count(causes.length, 'known cause')}, ${order}.`, '', width),
    wrap(next, 'Next: ', width),
  ].join('\n');
}
