import { lower } from './evidence.ts';
import type { Challenge, Diagnostics } from './header.ts';
import { issuersOf, type Reading } from './reading.ts';
import type { Match, RefusalRow } from './refusal.ts';

/** A row that something in an input points at. */
export interface Hit {
  readonly row: RefusalRow;
  /** How much the match tells one cause from others. */
  readonly weight: number;
  /** What points at it; two hits of one source are two readings of the same words. */
  readonly source: string;
  readonly because: string;
}

/** What stands for itself is worth more than what many causes share. */
const WEIGHTS = {
  number: 45,
  category: 35,
  text: 30,
  token: 70,
  possible: 15,
  rule: 75,
  status: 8,
} as const;
const CHALLENGES: Readonly<Record<string, number>> = {
  'no-issuers': 60,
  'no-client': 60,
  'only-itself': 50,
  'no-bearer': 40,
  refused: 15,
  question: 5,
};
/** Fragments of one sentence are not further apart. */
const WINDOW = 600;

/** Every row that the input points at. */
export function findHits(rows: readonly RefusalRow[], reading: Reading): Hit[] {
  return rows.flatMap(row => [
    ...row.matches.flatMap(match => hitsOf(row, match, reading)),
    ...row.proves.flatMap(({ rule }) =>
      reading.rules
        .filter(one => one.rule === rule)
        .map(({ line }) => ({
          row,
          weight: WEIGHTS.rule,
          source: `rule ${rule}`,
          because: `line ${line}: the proof refuses by ${rule}`,
        })),
    ),
  ]);
}

function hitsOf(row: RefusalRow, match: Match, reading: Reading): Hit[] {
  switch (match.kind) {
    case 'x-ms-diagnostics':
      return reading.diagnostics.flatMap(one => diagnosticsHit(row, match, one));
    case 'log':
      return logHit(row, match.says, reading);
    case 'www-authenticate':
      return reading.challenges
        .filter(one => kindOf(one) === match.is)
        .map(({ line }) => {
          const because = `line ${line}: ${WORDS[match.is] ?? match.is}`;
          return { row, weight: CHALLENGES[match.is] ?? 0, source: `challenge ${line}`, because };
        });
    case 'token':
      return reading.faults
        .filter(({ check }) => check === match.check)
        .map(({ line, says, isPossible }) => {
          const because = `line ${line}: ${says}`;
          const weight = isPossible ? WEIGHTS.possible : WEIGHTS.token;
          return { row, weight, source: `token ${match.check}`, because };
        });
    case 'status':
      return reading.statuses
        .filter(({ code }) => code === match.code)
        .map(({ line, code }) => {
          const because = `line ${line}: status ${code}`;
          return { row, weight: WEIGHTS.status, source: `status ${code}`, because };
        });
  }
}

function diagnosticsHit(
  row: RefusalRow,
  { number, category, says = [] }: Match & { readonly kind: 'x-ms-diagnostics' },
  found: Diagnostics & { readonly line: number },
): Hit[] {
  if (number !== undefined && number !== found.number) return [];
  if (category !== undefined && category !== found.category) return [];
  if (says.length > 0 && placeOf(says, lower(found.reason ?? '')) === undefined) return [];
  const weight =
    (number === undefined ? 0 : WEIGHTS.number) +
    (category === undefined ? 0 : WEIGHTS.category) +
    textWeight(says);
  const parts = [
    ...(number === undefined ? [] : [`number ${number}`]),
    ...(category === undefined ? [] : [`category ${category}`]),
    ...(says.length === 0 ? [] : [`its reason says ${quoted(says)}`]),
  ];
  const because = `line ${found.line}: ${parts.join(', ')}`;
  return [{ row, weight, source: `diagnostics ${found.at}`, because }];
}

function logHit(row: RefusalRow, says: readonly string[], reading: Reading): Hit[] {
  const at = placeOf(says, reading.text);
  if (at === undefined) return [];
  const because = `line ${reading.lineAt(at)}: it says ${quoted(says)}`;
  return [{ row, weight: WEIGHTS.text + textWeight(says), source: `text ${at}`, because }];
}

function textWeight(says: readonly string[]): number {
  const length = says.join('').length;
  return length === 0 ? 0 : WEIGHTS.text + Math.min(30, Math.floor(length / 2));
}

function quoted(says: readonly string[]): string {
  return says.map(one => `"${one}"`).join(' ... ');
}

/** Where fragments stand one after the other, near each other. */
function placeOf(says: readonly string[], text: string): number | undefined {
  const [first = '', ...others] = says.map(lower);
  for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1)) {
    const near = text.slice(at, at + WINDOW);
    let end = first.length;
    const isWhole = others.every(one => {
      const next = near.indexOf(one, end);
      end = next + one.length;
      return next >= 0;
    });
    if (isWhole) return at;
  }
  return undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  'no-issuers': 'the challenge names no issuer that is trusted',
  'no-client': 'the challenge does not say who the receiver is',
  'only-itself': 'the challenge names only the receiver itself as trusted',
  'no-bearer': 'the server does not ask for a token',
  refused: 'the challenge says that a token was refused, and not why',
  question: 'a challenge that asks for a token and refuses none',
};

/** What a challenge comes to. */
function kindOf({ isBearer, parameters }: Challenge): string {
  if (!isBearer) return 'no-bearer';
  const [client, realm] = [parameters.get('client_id') ?? '', parameters.get('realm') ?? ''];
  const trusted = parameters.get('trusted_issuers');
  const issuers = trusted === undefined ? undefined : issuersOf(trusted).map(lower);
  if (client === '') return 'no-client';
  if (issuers?.length === 0) return 'no-issuers';
  if (realm !== '' && issuers?.every(one => one === lower(`${client}@${realm}`))) {
    return 'only-itself';
  }
  return parameters.has('error') ? 'refused' : 'question';
}
