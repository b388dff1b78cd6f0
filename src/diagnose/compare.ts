import type { Evidence } from '../evidence/evidence.ts';
import { answered, type Confirmed } from './confirm.ts';
import type { Item } from './reading.ts';
import { ROWS } from './refusal.ts';

/** What is asked, and as of when. */
interface Asked {
  readonly evidence: readonly Evidence[];
  readonly now: Date;
}

/**
 * What of evidence a person can put beside the values of a token, where evidence was given and
 * decided nothing; nothing at all where none was given, or a cause was judged by it. Which server
 * the token is for and which one made it stands in no evidence, so nobody judges it here.
 */
export function comparable(
  items: readonly Item[],
  causes: readonly { readonly evidence?: string }[],
  { evidence, now }: Asked,
): readonly Confirmed[] | undefined {
  const tokens = items.filter(({ kind }) => kind === 'token');
  const isJudged = causes.some(one => one.evidence !== undefined);
  const isTold = causes.length > 0 && tokens.length === 0;
  if (evidence.length === 0 || isJudged || isTold) return undefined;
  const shown = new Set(tokens.flatMap(({ facts }) => facts.map(({ name }) => name)));
  return ROWS.flatMap(({ confirm }) => confirm)
    .filter(({ compares }) => compares !== undefined && shown.has(compares))
    .map(entry => answered(entry, evidence, now))
    .filter(({ seen = [] }) => seen.length > 0);
}
