import { isObject, type Json } from '../../src/kernel/json.ts';

/** What a terminal acts on, or turns round, or does not show; line feeds end our own lines. */
export const ACTIVE =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

/** What a line of Markdown is: whatever a text does in it, this must stay. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ['fence', /^\s{0,3}(?:```|~~~)/],
  ['heading', /^\s{0,3}#{1,6}(?:\s|$)/],
  ['rule', /^\s{0,3}(?:[-*_=]\s*){3,}$/],
  ['row', /^\s{0,3}\|/],
  ['item', /^\s{0,3}(?:[-*+]|\d+[.)])\s/],
  ['quote', /^\s{0,3}>/],
  ['markup', /^\s{0,3}<[a-z!/?]/i],
  ['blank', /^\s*$/],
];

/** The kinds of all lines of a Markdown document, with the number of cells of each row. */
export function shapeOf(markdown: string): string[] {
  return markdown.split('\n').map(line => {
    const kind = KINDS.find(([, form]) => form.test(line))?.[0] ?? 'text';
    // A bar parts cells even in a code span, unless it is escaped.
    return kind === 'row' ? `row of ${line.split(/(?<!\\)\|/).length}` : kind;
  });
}

/** Where a value differs from another in more than one text having taken the place of another. */
export function foreignChanges(
  before: Json,
  after: Json,
  same: (before: string, after: string) => boolean,
  at = '',
): string[] {
  if (typeof before === 'string' && typeof after === 'string') {
    return before === after || same(before, after) ? [] : [`${at}: ${JSON.stringify(after)}`];
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item: Json, index) =>
      foreignChanges(item, after[index] as Json, same, `${at}/${index}`),
    );
  }
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys
      .filter(key => !DERIVED.has(key))
      .flatMap(key =>
        foreignChanges(before[key] ?? null, after[key] ?? null, same, `${at}/${key}`),
      );
  }
  return before === after ? [] : [`${at}: ${JSON.stringify(after)}`];
}

/** Digests of what is compared itself. */
const DERIVED = new Set(['Digest', 'After']);

/** Every text in a value. */
export function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((item: Json) => textsIn(item));
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
