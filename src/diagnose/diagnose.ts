import type { Evidence } from '../evidence/evidence.ts';
import { comparable } from './compare.ts';
import { answered, type Confirmed } from './confirm.ts';
import { readEvidence } from './evidence.ts';
import { findHits, type Hit } from './match.ts';
import { recognise, type Item } from './reading.ts';
import { ROWS, type Confirmation, type RefusalRow, type Source } from './refusal.ts';

/** A cause that the input points at. */
export interface Cause {
  readonly id: string;
  readonly title: string;
  readonly cause: string;
  readonly confirm: readonly Confirmed[];
  readonly mend: readonly string[];
  readonly source: Source;
  /** What in the input points at it. */
  readonly because: readonly string[];
  /** What the evidence says of it, where it says anything. */
  readonly evidence?: 'confirms' | 'against';
}

/** What was read, and its causes, the most specific one first. */
export interface Diagnosis {
  readonly format_version: '1.2';
  readonly kind: 'diagnosis';
  readonly clock: string;
  readonly read: readonly Item[];
  readonly causes: readonly Cause[];
  /**
   * Where evidence decided nothing: what of it a person can put beside the values of a token. It is
   * there, if empty, wherever that has to be told.
   */
  readonly compare?: readonly Confirmed[];
}

/**
 * From bytes to causes. Nothing of them is kept, and only known forms of them are shown. Evidence
 * of servers answers what it can of what confirms a cause; what it confirms comes first.
 */
export function diagnose(
  bytes: Uint8Array,
  now: Date,
  evidence: readonly Evidence[] = [],
): Diagnosis {
  const reading = recognise(readEvidence(bytes), now);
  const causes = causesOf(findHits(ROWS, reading)).map(one => confirmed(one, evidence, now));
  const compare = comparable(reading.items, causes, { evidence, now });
  const isFirst = (one: Cause): boolean => one.evidence === 'confirms';
  return {
    format_version: '1.2',
    kind: 'diagnosis',
    clock: now.toISOString(),
    read: reading.items.slice(0, MOST_SHOWN),
    causes: [...causes.filter(isFirst), ...causes.filter(one => !isFirst(one))],
    ...(compare && { compare }),
  };
}

/** A long log says the same many times. */
const MOST_SHOWN = 100;
const MOST_REASONS = 5;
/** Of the same words, a reading that tells this much less is none of its own. */
const MARGIN = 25;
/** What says no more than that something was refused. */
const VAGUE = 20;

/** A row with what points at it. */
type Pointed = Omit<Cause, 'confirm'> & { readonly confirm: readonly Confirmation[] };

function confirmed(
  { confirm, ...cause }: Pointed,
  evidence: readonly Evidence[],
  now: Date,
): Cause {
  const asked = confirm.map(entry => answered(entry, evidence, now));
  const says = sayOf(asked.filter((_, index) => confirm[index]?.check));
  return { ...cause, confirm: asked, ...(says && { evidence: says }) };
}

/** One place is enough to confirm; against it must speak all that can be judged. */
function sayOf(judged: readonly Confirmed[]): Cause['evidence'] {
  const words = judged.map(({ seen = [] }) => seen.map(({ says }) => says));
  if (words.flat().includes('confirms')) return 'confirms';
  const isAgainst = (said: readonly string[]): boolean =>
    said.length > 0 && said.every(word => word === 'against');
  return words.length > 0 && words.every(isAgainst) ? 'against' : undefined;
}

function causesOf(hits: readonly Hit[]): Pointed[] {
  const best = new Map<string, number>();
  for (const { source, weight } of hits) best.set(source, Math.max(weight, best.get(source) ?? 0));
  const kept = hits.filter(({ source, weight }) => weight > (best.get(source) ?? 0) - MARGIN);
  const isTold = kept.some(({ weight }) => weight >= VAGUE);
  const byRow = new Map<RefusalRow, Hit[]>();
  for (const hit of kept.filter(({ weight }) => !isTold || weight >= VAGUE)) {
    byRow.set(hit.row, [...(byRow.get(hit.row) ?? []), hit]);
  }
  return [...byRow]
    .map(([row, all]) => ({ row, all: all.sort((a, b) => b.weight - a.weight) }))
    .sort((a, b) => (b.all[0]?.weight ?? 0) - (a.all[0]?.weight ?? 0))
    .map(({ row, all }) => causeOf(row, all));
}

function causeOf(
  { id, title, cause, confirm, mend, source }: RefusalRow,
  hits: readonly Hit[],
): Pointed {
  const because = [...new Set(hits.map(hit => hit.because))].slice(0, MOST_REASONS);
  return { id, title, cause, confirm, mend, source, because };
}
