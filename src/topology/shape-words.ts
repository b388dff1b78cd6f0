import type { ErrorObject } from 'ajv';
import { EXPECTATIONS } from '../generated/expectations.ts';
import { isObject, type Json } from '../kernel/json.ts';
import type { Code } from '../kernel/report.ts';
import { nearest } from '../kernel/suggest.ts';

/** One error of a value in words. */
export interface ValueWords {
  readonly code: Code;
  readonly detail: string;
  readonly help: string;
}

interface Found {
  readonly value: Json;
  /** The value in words, short enough for a line. */
  readonly shown: string;
  /** The scalar as it was written. */
  readonly written: string | undefined;
}

type Explain = (params: Readonly<Record<string, unknown>>, found: Found) => ValueWords;

/** What a keyword of the schema means to the person who wrote the value. */
const KEYWORDS: Readonly<Record<string, Explain>> = {
  type: ({ type }, found) => wrongType(String(type), found),
  enum: ({ allowedValues }, found) => unknownWord(allowedValues as readonly Json[], found),
  const: ({ allowedValue }, found) => unknownWord([allowedValue as Json], found),
  pattern: ({ pattern }, found) => badForm(EXPECTATIONS[String(pattern)], found),
  format: ({ format }, found) => badForm(EXPECTATIONS[String(format)], found),
  maxLength: ({ limit }, found) => tooLong(`${String(limit)} characters`, found),
  maxItems: ({ limit }, found) => tooLong(`${String(limit)} entries`, found),
  maxProperties: ({ limit }, found) => tooLong(`${String(limit)} entries`, found),
  minLength: (_, found) => tooShort('a text', found),
  minItems: ({ limit }, found) => tooShort(atLeast(Number(limit)), found),
  minProperties: ({ limit }, found) => tooShort(atLeast(Number(limit)), found),
  minimum: ({ limit }, found) => outOfRange(`at least ${String(limit)}`, found),
  maximum: ({ limit }, found) => outOfRange(`at most ${String(limit)}`, found),
  multipleOf: ({ multipleOf }, found) => outOfRange(`a multiple of ${String(multipleOf)}`, found),
  uniqueItems: ({ i, j }, { value }) => repeated(Number(j), Number(i), value),
};

/** Says what was found, what was expected and what to do. */
export function explainValue(
  { keyword, params, message }: ErrorObject,
  value: Json,
  written: string | undefined,
): ValueWords {
  const found = { value, shown: show(value), written };
  const known = KEYWORDS[keyword];
  return known ? known(params as Record<string, unknown>, found) : other(message, found);
}

function other(message = 'does not fit', { shown }: Found): ValueWords {
  return {
    code: 'shape/value',
    detail: `found ${shown}, which ${message}`,
    help: 'see `concordat schema` for what can be written here',
  };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
};

const HOW: Readonly<Record<string, string>> = {
  string: 'write one text',
  integer: 'write digits, without quotes',
  number: 'write digits, without quotes',
  boolean: 'write true or false, without quotes',
  array: 'write "[a, b]", or a line that begins with "- " for every entry',
  object: 'write "key: value" on indented lines, or "{}" for none',
};

function wrongType(type: string, { value, shown, written }: Found): ValueWords {
  const expected = TYPES[type] ?? type;
  const how = HOW[type] ?? `write ${expected}`;
  if (value === null) {
    return {
      code: 'shape/nothing-written',
      detail: `nothing is written here; ${expected} was expected`,
      help: `${how}, or delete the key`,
    };
  }
  if (type === 'string' && typeof value !== 'object') {
    return {
      code: 'shape/unquoted-text',
      detail: `${written ?? shown} is a ${typeof value} to YAML; a text was expected`,
      help: `quote it: '${written ?? String(value)}'`,
    };
  }
  const list =
    type === 'array' && typeof value !== 'object'
      ? `write it as a list: [${written ?? shown}]`
      : how;
  return {
    code: 'shape/wrong-type',
    detail: `found ${shown}; ${expected} was expected`,
    help: list,
  };
}

const LEAVE_OUT = 'delete the key: there is no documented switch for it, only leaving it out';

function unknownWord(allowed: readonly Json[], { value, shown }: Found): ValueWords {
  const words = allowed.map(String);
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  // Whoever writes "off" wants no less than that: "did you mean on?" would be the worst answer.
  const onlyOn = value === 'off' && words.join() === 'on';
  const choice = words.length === 1 ? `write ${words[0]}` : `write one of: ${words.join(', ')}`;
  return {
    code: 'shape/unknown-word',
    detail: `found ${shown}; ${words.join(', ') || 'nothing'} can be written here`,
    help: onlyOn ? LEAVE_OUT : meant === undefined ? choice : `did you mean "${meant}"?`,
  };
}

function badForm(expected: string | undefined, { value, shown }: Found): ValueWords {
  const blanks = typeof value === 'string' && value !== value.trim();
  return {
    code: 'shape/text-form',
    detail: `found ${shown}; expected ${expected ?? 'another form of text'}`,
    help: blanks ? 'delete the blanks around it' : `write ${expected ?? 'it as the schema shows'}`,
  };
}

function tooLong(most: string, { value, shown }: Found): ValueWords {
  return {
    code: 'shape/too-long',
    detail: `found ${shown} (${size(value)}); at most ${most} are allowed`,
    help: 'shorten it',
  };
}

function atLeast(limit: number): string {
  return limit === 1 ? 'at least one entry' : `at least ${limit} entries`;
}

function tooShort(least: string, { value, shown }: Found): ValueWords {
  const found = typeof value === 'object' ? `${shown} of ${size(value)}` : shown;
  return {
    code: 'shape/too-short',
    detail: `found ${found}; expected ${least}`,
    help: 'write what belongs here, or delete the key',
  };
}

function outOfRange(expected: string, { shown }: Found): ValueWords {
  return {
    code: 'shape/out-of-range',
    detail: `found ${shown}; ${expected} was expected`,
    help: `write a number that is ${expected}`,
  };
}

function repeated(first: number, second: number, value: Json): ValueWords {
  const item = Array.isArray(value) ? (value[second] as Json) : null;
  return {
    code: 'shape/repeated-entry',
    detail: `entries ${first + 1} and ${second + 1} of this list are equal: ${show(item)}`,
    help: 'delete one of the two',
  };
}

const WIDEST = 60;

/** A value in words; texts as JSON writes them, so that nothing in them reaches a terminal raw. */
function show(value: Json): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a map';
  const text = JSON.stringify(value);
  return text.length > WIDEST ? `${text.slice(0, WIDEST)}…` : text;
}

function size(value: Json): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 1;
}
