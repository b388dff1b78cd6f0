import { total, type Row } from './scripts.ts';

/** A page of the docs: each script in each state, in which ways it was run, and how often. */
export function report(topology: string, rows: readonly Row[]): string {
  const { runs, calls, faults } = total(rows);
  return [
    `# Runs of the scripts: ${topology}`,
    '',
    'Made by the tests that run them (`PAGES=keep npm test -- test/powershell/scripts`); every line is a promise kept.',
    '',
    '| script | state | run as | runs | calls | faults |',
    '| --- | --- | --- | --: | --: | --: |',
    ...groups(rows).map(line),
    '',
    `${runs} runs, ${calls} calls, ${faults} faults.`,
    '',
  ].join('\n');
}

function groups(rows: readonly Row[]): Row[][] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.topology}\n${row.script}\n${row.state}`;
    found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found.values()];
}

function line(rows: readonly Row[]): string {
  const [first] = rows;
  if (!first) return '';
  const { runs, calls, faults } = total(rows);
  const kinds = rows.map(({ kind }) => kind).join('; ');
  return `| \`${first.script}\` | ${first.state} | ${kinds} | ${runs} | ${calls} | ${faults} |`;
}
