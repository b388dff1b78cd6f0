import { OPEN, type Row } from './list.ts';

/** docs/script-mutants.md: what the list says, for people. */
export function pageOf(rows: readonly Row[]): string {
  const survivors = rows.filter(({ verdict }) => verdict === 'survived');
  return `# Mutants of the scripts

Every small change of every template: a statement, a compared property or a parameter dropped,
neighbours swapped, a repair turned into a create. A mutant is caught when the analyser refuses the
script or when a run of it breaks a promise (\`docs/scripts.md\`). One that nothing can tell from the
template counts as a survivor as well.

\`\`\`console
npm run campaign script-mutants -- --quick               runs without faults
npm run campaign script-mutants -- --faults --survivors  a fault at each call, for what is left
\`\`\`

${sentence(rows)}

${table('template', rows, ({ id }) => id.split(' ')[0] ?? '')}
${table('change', rows, ({ id }) => id.split(' ').at(-2) ?? '')}
## What survives, and why

| mutant | change | why |
| --- | --- | --- |
${survivors.map(({ id, text, why }) => `| ${id} | ${code(text)} | ${why} |\n`).join('')}`;
}

function sentence(rows: readonly Row[]): string {
  const { caught, all } = countsOf(rows);
  const of = (wanted: string): number => rows.filter(({ verdict }) => verdict === wanted).length;
  const open = of(OPEN) + of('not judged');
  const left = open === 0 ? '' : ` ${open} are open: not judged to the end.`;
  return (
    `Of ${all} mutants ${caught} are caught, ${share(caught, all)} %. ` +
    `${of('survived')} survive, and it is said below why.${left}`
  );
}

function table(what: string, rows: readonly Row[], groupOf: (row: Row) => string): string {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
  const lines = [...groups].map(([name, group]) => {
    const { caught, all } = countsOf(group);
    return `| ${name} | ${all} | ${caught} | ${share(caught, all)} |\n`;
  });
  return `| ${what} | mutants | caught | % |\n| --- | ---: | ---: | ---: |\n${lines.join('')}`;
}

function countsOf(rows: readonly Row[]): { caught: number; all: number } {
  return { caught: rows.filter(({ verdict }) => verdict === 'caught').length, all: rows.length };
}

function share(part: number, whole: number): string {
  return ((100 * part) / Math.max(1, whole)).toFixed(1);
}

/** Code in a cell of a table, whatever characters it has. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence} ${text.replaceAll('|', '\\|')} ${fence}`;
}
