import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startShell } from '../../powershell/shell.ts';
import { wantedTopologies } from '../../powershell/wanted.ts';
import { openBench, type Bench } from './bench.ts';
import { judge, type Round, type Verdict } from './judge.ts';
import { OPEN, readList, writeList, type Row } from './list.ts';
import { mutantsOf, type Mutant } from './mutants.ts';
import { pageOf } from './page.ts';
import { spread } from './spread.ts';

/** Two engines: each keeps one processor busy. */
const BENCHES = 2;
const OFTEN = 50;
const ROUNDS: readonly Round[] = ['quick', 'whole'];
const PAGE = new URL('../../../docs/script-mutants.md', import.meta.url);
/** Every verdict as it comes, for whoever looks into one. */
const LOG = join(tmpdir(), `script-mutants-${process.pid}.tsv`);

interface Options {
  readonly most: number;
  readonly only: RegExp;
  readonly survivors: boolean;
  readonly quick: boolean;
  readonly faults: boolean;
}

/** Judges the mutants that the options ask for and writes the list; what was caught, and what not. */
export async function campaign(options: Options): Promise<number> {
  const all = await everyMutant();
  const known = readList();
  const chosen = spread(
    all.filter(mutant => isWanted(mutant, known, options)),
    options.most,
  );
  console.log(`${all.length} mutants, ${chosen.length} to judge; verdicts: ${LOG}`);
  const verdicts = new Map<string, Verdict>();
  const survived = options.quick ? OPEN : 'survived';
  const keep = (): Row[] => {
    const rows = all.map(mutant =>
      rowOf(mutant, verdicts.get(mutant.id), { known: known.get(mutant.id), survived }),
    );
    writeList(rows);
    writeFileSync(PAGE, pageOf(rows));
    return rows;
  };
  const benches = await Promise.all(Array.from({ length: BENCHES }, openBench));
  for (const round of roundsOf(options)) {
    const left = chosen.filter(({ id }) => verdicts.get(id)?.by === undefined);
    await judgeAll(left, { round, benches, verdicts, keep });
    keep();
  }
  await Promise.all(benches.map(bench => bench.close()));
  const rows = keep();
  const left = [...verdicts.values()].filter(({ by }) => by === undefined).length;
  const unexplained = rows.filter(row => row.verdict !== 'caught' && row.why === '').length;
  const caught = verdicts.size - left;
  const share = ((100 * caught) / Math.max(1, verdicts.size)).toFixed(1);
  console.log(
    `script-mutants: ${verdicts.size} judged, ${caught} caught (${share} %), ${left} survived, ` +
      `${unexplained} without an explanation`,
  );
  return unexplained;
}

/** The mutants of everything that is rendered. */
async function everyMutant(): Promise<Mutant[]> {
  const shell = await startShell();
  try {
    return await mutantsOf(await wantedTopologies(), shell.engine);
  } finally {
    await shell.close();
  }
}

function roundsOf({ quick, faults }: Options): readonly Round[] {
  return ROUNDS.filter(round => (round === 'quick' ? !faults : !quick));
}

/** With `--survivors` what is neither caught nor explained as the list has it. */
function isWanted(
  { id, text }: Mutant,
  known: ReadonlyMap<string, Row>,
  options: Options,
): boolean {
  const row = known.get(id);
  const isSettled = row?.text === text && (row.verdict === 'caught' || row.why !== '');
  return options.only.test(id) && !(options.survivors && isSettled);
}

/** What was found now; else what the list says of the same change. */
function rowOf(
  { id, text }: Mutant,
  verdict: Verdict | undefined,
  { known, survived }: { readonly known: Row | undefined; readonly survived: string },
): Row {
  const old = known?.text === text ? known : undefined;
  if (!verdict) return { id, text, verdict: old?.verdict ?? 'not judged', why: old?.why ?? '' };
  if (verdict.by !== undefined) return { id, text, verdict: 'caught', why: '' };
  const why = old?.why ?? '';
  return { id, text, verdict: why === '' ? survived : 'survived', why };
}

interface Sitting {
  readonly round: Round;
  readonly benches: readonly Bench[];
  readonly verdicts: Map<string, Verdict>;
  /** Writes the list: what was judged is not lost when the campaign is stopped. */
  readonly keep: () => readonly Row[];
}

/** Mutants of one template go to the benches one after the other; a line is told of each template. */
async function judgeAll(chosen: readonly Mutant[], sitting: Sitting): Promise<void> {
  const { round, benches, verdicts, keep } = sitting;
  const queue = [...chosen];
  const left = new Map<string, number>();
  for (const { template } of chosen) left.set(template, (left.get(template) ?? 0) + 1);
  const work = async (bench: Bench): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const started = Date.now();
      const verdict = await judge(next, bench, round);
      verdicts.set(next.id, verdict);
      if (verdicts.size % OFTEN === 0) keep();
      const said = [
        next.id,
        verdict.by ?? 'survived',
        Date.now() - started,
        verdict.how,
        next.text,
      ];
      appendFileSync(LOG, `${said.join('\t')}\n`);
      const rest = (left.get(next.template) ?? 0) - 1;
      left.set(next.template, rest);
      if (rest === 0) tell(next.template, chosen, verdicts);
    }
  };
  await Promise.all(benches.map(work));
}

function tell(
  template: string,
  chosen: readonly Mutant[],
  verdicts: ReadonlyMap<string, Verdict>,
): void {
  const own = chosen.filter(mutant => mutant.template === template);
  const survived = own.filter(({ id }) => verdicts.get(id)?.by === undefined).length;
  console.log(`${template}: ${own.length} mutants, ${own.length - survived} caught`);
}

/** What is said on the command line. */
export function optionsFrom(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      most: { type: 'string', default: 'Infinity' },
      only: { type: 'string', default: '.' },
      survivors: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
    },
  });
  return {
    most: Number(values.most),
    only: new RegExp(values.only),
    survivors: values.survivors,
    quick: values.quick,
    faults: values.faults,
  };
}

/** What a mutated script writes at a wrong place must not be found among the sources. */
export function stepAside(): void {
  const folder = join(tmpdir(), `script-mutants-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.chdir(folder);
}
