import type { Diagnostic, Place } from '../../index.ts';
import { cellsOf, widthOf, type Cell } from './cells.ts';

/** The line of a diagnostic with carets below what it is about. */
export interface Excerpt {
  readonly number: string;
  readonly text: string;
  readonly blanks: string;
  readonly carets: string;
}

const MASK = '********';

/** Takes the part of a line that fits a width and shows what the place points at. */
export function excerptOf(
  line: string,
  { place, masked }: { readonly place: Place; readonly masked: Diagnostic['masked'] },
  width: number,
): Excerpt {
  const number = String(place.line).padStart(4);
  const [before, marked, after] = split(line, place);
  const shown = masked ? cellsOf(MASK) : marked;
  const room = Math.max(20, width - number.length - ' | '.length);
  const parts = fit({ before, marked: shown, after }, room);
  return {
    number,
    text: textOf([...parts.before, ...parts.marked, ...parts.after]),
    blanks: ' '.repeat(widthOf(parts.before)),
    carets: '^'.repeat(Math.max(1, widthOf(parts.marked))),
  };
}

function split(line: string, place: Place): [Cell[], Cell[], Cell[]] {
  const start = Math.min(place.column - 1, line.length);
  const last = place.endLine > place.line ? line.length : place.endColumn - 1;
  const end = Math.max(start, Math.min(last, line.length));
  return [cellsOf(line.slice(0, start)), cellsOf(line.slice(start, end)), cellsOf(line.slice(end))];
}

interface Parts {
  readonly before: readonly Cell[];
  readonly marked: readonly Cell[];
  readonly after: readonly Cell[];
}

const CUT: Cell = { shown: '…', width: 1, units: 0 };

/** Cuts a long line on both sides; a third of the room stays for what stands before. */
function fit({ before, marked, after }: Parts, room: number): Parts {
  if (widthOf(before) + widthOf(marked) + widthOf(after) <= room) return { before, marked, after };
  const lead = tail(
    before,
    Math.max(Math.floor(room / 3), room - widthOf(marked) - widthOf(after)),
  );
  const main = head(marked, room - widthOf(lead));
  return { before: lead, marked: main, after: head(after, room - widthOf(lead) - widthOf(main)) };
}

function head(cells: readonly Cell[], room: number): readonly Cell[] {
  if (widthOf(cells) <= room) return cells;
  const kept = cells.slice(0, count(cells, room - CUT.width));
  return room < CUT.width ? [] : [...kept, CUT];
}

function tail(cells: readonly Cell[], room: number): readonly Cell[] {
  if (widthOf(cells) <= room) return cells;
  const back = [...cells].reverse();
  return [CUT, ...back.slice(0, count(back, room - CUT.width)).reverse()];
}

/** How many of the first cells fit. */
function count(cells: readonly Cell[], room: number): number {
  let used = 0;
  const over = cells.findIndex(({ width }) => (used += width) > room);
  return over === -1 ? cells.length : over;
}

function textOf(cells: readonly Cell[]): string {
  return cells.map(({ shown }) => shown).join('');
}
