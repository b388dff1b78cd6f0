/** The nearest of some known words, when one is near enough to be what was meant. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const folded = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 4)) + 1;
  for (const candidate of known) {
    const away = distance(folded, candidate.toLowerCase());
    if (away < bestDistance) [best, bestDistance] = [candidate, away];
  }
  return best;
}

/** Edit distance in which swapping two neighbours counts as one edit. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(step(a, b, { i, j, row, before, next }));
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}

interface Cell {
  readonly i: number;
  readonly j: number;
  readonly row: number[];
  readonly before: number[];
  readonly next: number[];
}

function step(a: string, b: string, { i, j, row, before, next }: Cell): number {
  const same = a[i - 1] === b[j - 1];
  const edit = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + (same ? 0 : 1));
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(edit, at(before, j - 2) + 1) : edit;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
