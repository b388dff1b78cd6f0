import { readEvidence } from './evidence.ts';
import { findHits, type Hit } from './match.ts';
import { recognise, type Item } from './reading.ts';
import { ROWS, type Confirmation, type RefusalRow, type Source } from './refusal.ts';

/** A cause that the input points at. */
export interface Cause {
  readonly id: string;
  readonly title: string;
  readonly cause: string;
  readonly confirm: readonly Confirmation[];
  readonly mend: readonly string[];
  readonly source: Source;
  /** What in the input points at it. */
  readonly because: readonly string[];
}

/** What was read, and its causes, the most specific one first. */
export interface Diagnosis {
  readonly format_version: '1.0';
  readonly kind: 'diagnosis';
  readonly clock: string;
  readonly read: readonly Item[];
  readonly causes: readonly Cause[];
}

/** From bytes to causes. Nothing of them is kept, and only known forms of them are shown. */
export function diagnose(bytes: Uint8Array, now: Date): Diagnosis {
  const reading = recognise(readEvidence(bytes), now);
  return {
    format_version: '1.0',
    kind: 'diagnosis',
    clock: now.toISOString(),
    read: reading.items.slice(0, MOST_SHOWN),
    causes: causesOf(findHits(ROWS, reading)),
  };
}

/** A long log says the same many times. */
const MOST_SHOWN = 100;
const MOST_REASONS = 5;
/** Of the same words, a reading that tells this much less is none of its own. */
const MARGIN = 25;
/** What says no more than that something was refused. */
const VAGUE = 20;

function causesOf(hits: readonly Hit[]): Cause[] {
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
): Cause {
  const because = [...new Set(hits.map(hit => hit.because))].slice(0, MOST_REASONS);
  return { id, title, cause, confirm, mend, source, because };
}
