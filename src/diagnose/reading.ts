import { lineOf, lower, type Evidence } from './evidence.ts';
import type { Fact, Fault } from './fact.ts';
import { findTokens } from './find-tokens.ts';
import { readChallenges, readDiagnostics, type Challenge, type Diagnostics } from './header.ts';
import { lookAtToken } from './look-at-token.ts';
import { BLANK, safeGuid, safeName, safeOrigin, safeRealm } from './safe.ts';

/** One thing that was recognised in an input. */
export interface Item {
  readonly line: number;
  readonly kind: 'www-authenticate' | 'x-ms-diagnostics' | 'token' | 'status' | 'proof';
  readonly facts: readonly Fact[];
}

/** What was recognised, with what the rows are compared with. */
export interface Reading {
  readonly items: readonly Item[];
  readonly challenges: readonly (Challenge & { readonly line: number })[];
  readonly diagnostics: readonly (Diagnostics & { readonly line: number })[];
  readonly faults: readonly (Fault & { readonly line: number })[];
  readonly statuses: readonly { readonly line: number; readonly code: number }[];
  readonly rules: readonly { readonly line: number; readonly rule: string }[];
  /** The text in lower case, without its tokens. */
  readonly text: string;
  lineAt(at: number): number;
}

/** Recognises what stands in an input. */
export function recognise(evidence: Evidence, now: Date): Reading {
  const { tokens, rest } = findTokens(evidence.text);
  const lineAt = (at: number): number => lineOf(evidence, at);
  const placed = <One extends { readonly at: number }>(one: One) => ({
    ...one,
    line: lineAt(one.at),
  });
  const looked = tokens.map(({ at, text }) => ({ at, ...lookAtToken(text, now) })).map(placed);
  const challenges = readChallenges(rest).map(placed);
  const diagnostics = readDiagnostics(rest).map(placed);
  const statuses = readStatuses(rest).map(placed);
  const rules = readRules(rest).map(placed);
  const items: Item[] = [
    ...challenges.map(one => item('www-authenticate', one, challengeFacts(one))),
    ...diagnostics.map(one => item('x-ms-diagnostics', one, diagnosticsFacts(one))),
    ...looked.map(one => item('token', one, one.facts)),
    ...statuses.map(one => item('status', one, [{ name: 'status', value: String(one.code) }])),
    ...rules.map(one => item('proof', one, [{ name: 'rule', value: one.rule }])),
  ];
  return {
    items: items.sort((a, b) => a.line - b.line),
    challenges,
    diagnostics,
    faults: looked.flatMap(({ faults, line }) => faults.map(fault => ({ ...fault, line }))),
    statuses,
    rules,
    text: lower(rest),
    lineAt,
  };
}

function item(kind: Item['kind'], { line }: { readonly line: number }, facts: Item['facts']): Item {
  return { line, kind, facts };
}

/** The first of each status; a log may hold thousands. */
function readStatuses(text: string): { readonly at: number; readonly code: number }[] {
  const found = new Map<number, number>();
  const written =
    /(?:http(?:\/[0-9.]{1,4})?(?: status(?: code)?:?)?|status:?|status code:?) (?=[0-9])/gi;
  for (const { index, 0: whole } of text.matchAll(written)) {
    note(found, text.slice(index + whole.length, index + whole.length + 4), index);
  }
  for (const { index } of text.matchAll(/\((?=[0-9]{3}\))/g)) {
    note(found, text.slice(index + 1, index + 5), index);
  }
  return [...found].map(([code, at]) => ({ at, code }));
}

function note(found: Map<number, number>, digits: string, at: number): void {
  const [, code] = /^([45][0-9]{2})(?![0-9])/.exec(digits) ?? [];
  if (code !== undefined && !found.has(Number(code))) found.set(Number(code), at);
}

/** Rules that a line of our own proof names. */
function readRules(text: string): { readonly at: number; readonly rule: string }[] {
  const found = new Map<string, number>();
  for (const { index, 1: rule = '' } of text.matchAll(/\bby (V(?:1[0-4]|[1-9])): /g)) {
    if (!found.has(rule)) found.set(rule, index);
  }
  return [...found].map(([rule, at]) => ({ at, rule }));
}

/** How many issuers are listed; nobody trusts hundreds. */
const MOST_ISSUERS = 20;

function challengeFacts({ isBearer, parameters }: Challenge): Fact[] {
  if (!isBearer) return [{ name: 'schemes', value: 'none by which a server presents a token' }];
  const of = (name: string, show: (value: string) => string): Fact[] => {
    const value = parameters.get(name);
    return value === undefined ? [] : [{ name, value: show(value) }];
  };
  return [
    ...of('client_id', safeGuid),
    ...of('realm', value => (value === '' ? 'empty' : safeRealm(value))),
    ...of('trusted_issuers', issuers),
    ...of('authorization_uri', safeOrigin),
    ...of('error', value => (/^(?:invalid|insufficient)_[a-z]{1,20}$/.test(value) ? value : BLANK)),
  ];
}

function issuers(value: string): string {
  const names = issuersOf(value);
  const shown = names.slice(0, MOST_ISSUERS).map(safeName);
  const more = names.length > MOST_ISSUERS ? [`${names.length - MOST_ISSUERS} more`] : [];
  return [...shown, ...more].join(', ') || 'none';
}

/** The names in a list of issuers. */
export function issuersOf(value: string): string[] {
  return value
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
}

function diagnosticsFacts({ number, category, reason }: Diagnostics): Fact[] {
  return [
    ...(number === undefined ? [] : [{ name: 'number', value: String(number) }]),
    // Any text may stand there; the causes say which of those that are known it was.
    ...(category === undefined ? [] : [{ name: 'category', value: knownCategory(category) }]),
    ...(reason === undefined ? [] : [{ name: 'reason', value: BLANK }]),
  ];
}

function knownCategory(category: string): string {
  const form = /^(?:invalid|token|internal|oauth|insuffici[ae]nt)_[a-z]{1,16}(?:_available)?$/;
  return form.test(category) ? category : BLANK;
}
