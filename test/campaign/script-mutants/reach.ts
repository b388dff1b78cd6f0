import type { Planned } from '../../powershell/scripts.ts';
import { met, type Bench } from './bench.ts';
import type { Place } from './mutants.ts';

/** Bytes before the first character. */
const MARK = 3;
/** What each run was seen to reach of a script; told to all benches. */
const known = new Map<string, Promise<ReadonlySet<number>>>();

/** The runs that reach the statement of a mutant: no other can see a difference. */
export async function reaching(
  runs: readonly Planned[],
  place: Place,
  bench: Bench,
): Promise<Planned[]> {
  const { statement } = place;
  if (statement === undefined) return [...runs];
  const found: Planned[] = [];
  for (const run of runs) {
    const key = `${place.script}\n${run.name}`;
    const reached = known.get(key) ?? reachedBy(run, place, bench);
    known.set(key, reached);
    if ((await reached).has(statement)) found.push(run);
  }
  return found;
}

/** Runs the emitted script with a word before each statement. */
async function reachedBy(run: Planned, place: Place, bench: Bench): Promise<ReadonlySet<number>> {
  const marked = { ...place, bytes: withMarks(run, place) };
  return bench.marked(marked, async () => {
    await run.run(met()).catch(() => undefined);
  });
}

function withMarks({ one }: Planned, { script, statements }: Place): Buffer {
  const emitted = one.stage.rendered.proposal.artifacts.find(({ path }) => path === script);
  let text = Buffer.from(emitted?.bytes ?? []).toString('latin1');
  for (const start of [...new Set(statements)].sort((a, b) => b - a)) {
    const at = MARK + start;
    text = `${text.slice(0, at)}Write-Host -Object '@@${start}'; ${text.slice(at)}`;
  }
  return Buffer.from(text, 'latin1');
}
