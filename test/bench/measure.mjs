// What all measurements need: times, the middle of several runs, a table.

/** Seconds since a reading of the clock. */
export function seconds(started) {
  return (performance.now() - started) / 1000;
}

/** Seconds of all cores that this process has used: other processes do not count. */
export function worked() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The run that was disturbed least. */
export function least(numbers) {
  return Math.min(...numbers);
}

/** The run in the middle. */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

const COLUMNS = ['what', 'ours', 'baseline', 'ratio', 'promise', 'kept'];

/** Rows as a table in Markdown that is also one on a terminal. */
export function print(rows) {
  const head = Object.fromEntries(COLUMNS.map(name => [name, name === 'what' ? '' : name]));
  const body = rows.map(row => ({ ...row, kept: { true: 'yes', false: 'MISSED' }[row.kept] }));
  const table = [head, ...body];
  const widths = COLUMNS.map(name => Math.max(...table.map(row => (row[name] ?? '').length)));
  for (const [index, row] of table.entries()) {
    console.log(line(COLUMNS.map((name, at) => pad(row[name], widths[at], at))));
    if (index === 0) console.log(line(widths.map((width, at) => rule(width, at))));
  }
}

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

function pad(cell = '', width, column) {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function rule(width, column) {
  return column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`;
}
