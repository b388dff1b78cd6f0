import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../script-mutants.tsv', import.meta.url);
const HEAD = 'id\tverdict\tchange\twhy it survives';

/** The verdict on what got through the runs without faults and was not tried with them. */
export const OPEN = 'open';

/** A mutant as the committed list has it. */
export interface Row {
  readonly id: string;
  readonly verdict: string;
  readonly text: string;
  /** Why nothing catches it, one by one. */
  readonly why: string;
}

/** The committed list, by id. */
export function readList(): Map<string, Row> {
  if (!existsSync(FILE)) return new Map();
  const [, ...lines] = readFileSync(FILE, 'utf8').trimEnd().split('\n');
  return new Map(
    lines.map(line => {
      const [id = '', verdict = '', text = '', why = ''] = line.split('\t');
      return [id, { id, verdict, text, why }];
    }),
  );
}

/** Writes the list as the generator orders it. */
export function writeList(rows: readonly Row[]): void {
  const lines = rows.map(({ id, verdict, text, why }) => [id, verdict, text, why].join('\t'));
  writeFileSync(FILE, `${[HEAD, ...lines].join('\n')}\n`);
}
