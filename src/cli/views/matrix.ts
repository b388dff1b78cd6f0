/** A table of two kinds of names with a short text where they meet. */
export interface Matrix {
  readonly corner: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  cell(row: string, column: string): string;
  readonly width: number;
}

const GAP = 2;

/** Prints a matrix; columns that do not fit the width follow in further blocks. */
export function matrix(table: Matrix): string {
  const { corner, rows, columns, cell, width } = table;
  const head = Math.max(corner.length, ...rows.map(row => row.length)) + GAP;
  const widths = columns.map(
    column => Math.max(column.length, ...rows.map(row => cell(row, column).length)) + GAP,
  );
  return fitting(columns, widths, width - head - GAP)
    .map(block => {
      const line = (first: string, text: (column: string) => string): string =>
        `  ${first.padEnd(head)}` +
        block.map(i => text(columns[i] ?? '').padEnd(widths[i] ?? 0)).join('');
      const lines = [line(corner, column => column)];
      return [...lines, ...rows.map(row => line(row, column => cell(row, column)))]
        .map(one => one.trimEnd())
        .join('\n');
    })
    .join('\n\n');
}

/** Indexes of the columns, as many in a block as fit, at least one. */
function fitting(columns: readonly string[], widths: readonly number[], room: number): number[][] {
  const blocks: number[][] = [];
  let left = 0;
  columns.forEach((_, index) => {
    const need = widths[index] ?? 0;
    const block = blocks.at(-1);
    if (block && need <= left) block.push(index);
    else {
      blocks.push([index]);
      left = room;
    }
    left -= need;
  });
  return blocks;
}
