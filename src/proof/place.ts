import type { Place } from '../kernel/report.ts';

/** The first line of a file, or a given one. */
export function placeOf(file: string, line = 1): Place {
  return { file, line, column: 1, endLine: line, endColumn: 1 };
}
