import { visible } from '../../index.ts';

/** One character as a terminal shows it. */
export interface Cell {
  readonly shown: string;
  /** Columns it takes on a terminal. */
  readonly width: number;
  /** Its UTF-16 units in the text. */
  readonly units: number;
}

const TAB = '  ';
const COMBINING = /\p{Mn}|\p{Me}/u;
/** East Asian wide characters and pictures take two columns. */
const WIDE = new RegExp(
  [
    '[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff]',
    '[\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6]',
    '[\\u{1f300}-\\u{1f64f}\\u{1f900}-\\u{1faff}\\u{20000}-\\u{3fffd}]',
  ].join('|'),
  'u',
);

/** Takes a line apart into what a terminal can show, one cell a character. */
export function cellsOf(line: string): Cell[] {
  return [...line].map(character => {
    const shown = shownAs(character);
    const one = shown === character;
    const width = !one
      ? shown.length
      : COMBINING.test(character)
        ? 0
        : WIDE.test(character)
          ? 2
          : 1;
    return { shown, width, units: character.length };
  });
}

function shownAs(character: string): string {
  return character === '\t' ? TAB : visible(character);
}

/** Text in which nothing can move a cursor or turn the direction of writing. */
export function harmless(text: string): string {
  return cellsOf(text)
    .map(({ shown }) => shown)
    .join('');
}

/** Columns that cells take together. */
export function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}
