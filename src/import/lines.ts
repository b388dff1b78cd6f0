import { stringify } from 'yaml';
import { isList, isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { visible } from '../kernel/visible.ts';

const WIDTH = 100;

/**
 * A comment, in which nothing can hide or break out; broken between words where it is long, but
 * not within what stands in quotes, because that is to be copied.
 */
export function comment(text: string, indent = ''): string[] {
  const most = WIDTH - indent.length - 2;
  const lines: string[] = [];
  let line = '';
  for (const word of visible(text).match(/"[^"]*"\S*|\S+/g) ?? []) {
    const next = line === '' ? word : `${line} ${word}`;
    if (next.length <= most || line === '') line = next;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map(one => `${indent}# ${one}`);
}

/** A map entry: on one line where it fits. */
export function entry(key: string, value: Json, indent = ''): string[] {
  const name = scalar(key);
  const short = `${indent}${name}: ${flow(value)}`;
  if (short.length <= WIDTH || !hasParts(value)) return [short];
  return [`${indent}${name}:`, ...parts(value, indent + '  ')];
}

/** A list item: on one line where it fits. */
export function item(value: Json, indent = ''): string[] {
  const short = `${indent}- ${flow(value)}`;
  if (short.length <= WIDTH || !hasParts(value)) return [short];
  const [first = '', ...rest] = parts(value, indent + '  ');
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

/** A value on one line. */
export function flow(value: Json): string {
  if (isList(value)) return `[${value.map(flow).join(', ')}]`;
  if (isObject(value)) return `{ ${entriesOf(value).join(', ')} }`;
  return scalar(value);
}

function hasParts(value: Json): value is readonly Json[] | JsonObject {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function parts(value: readonly Json[] | JsonObject, indent: string): string[] {
  return isList(value)
    ? value.flatMap(one => item(one, indent))
    : Object.entries(value).flatMap(([key, one]) => entry(key, one, indent));
}

function entriesOf(value: JsonObject): string[] {
  return Object.entries(value).map(([key, one]) => `${scalar(key)}: ${flow(one)}`);
}

/** Quoted where a list on one line needs it, and escaped where a line would break or hide. */
function scalar(value: Json): string {
  if (typeof value === 'string' && visible(value) !== value) return escaped(value);
  const style = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;
  return stringify([value], { ...style, singleQuote: true })
    .trimEnd()
    .slice(1, -1);
}

function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
