import { diceOf, edited } from './edits.ts';
import { targets, type Target } from './targets.ts';

/** Which cases are tried. */
export interface Range {
  readonly seed: number;
  readonly cases: number;
  /** The one case to try again. */
  readonly only?: number;
}

/** How often each file was refused by each code, or taken because it says the same. */
export interface Outcome {
  readonly tried: number;
  readonly refused: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly same: ReadonlyMap<string, number>;
  /** What nobody noticed, with how to try it again. */
  readonly unnoticed: readonly string[];
}

/** Tampers with the files of a project, and counts by which code each edit is refused. */
export async function tamper({ seed, cases, only }: Range): Promise<Outcome> {
  const { all, close } = await targets();
  const refused = new Map(all.map(({ name }) => [name, new Map<string, number>()]));
  const same = new Map(all.map(({ name }) => [name, 0]));
  const unnoticed: string[] = [];
  const numbers = only === undefined ? Array.from({ length: cases }, (_, at) => at) : [only];
  for (const number of numbers) {
    const dice = diceOf(seed, number);
    const target = chosen(all, dice(1000));
    const { by, bytes } = edited(target.original, dice);
    const code = await target.refused(bytes);
    const codes = refused.get(target.name);
    if (code !== undefined) codes?.set(code, (codes.get(code) ?? 0) + 1);
    else if (target.harmless(bytes)) same.set(target.name, (same.get(target.name) ?? 0) + 1);
    else unnoticed.push(`${target.name}, ${by}: npm run campaign tamper -- ${again(seed, number)}`);
  }
  close();
  return { tried: numbers.length, refused, same, unnoticed };
}

function again(seed: number, number: number): string {
  return `--seed ${seed} --only ${number}`;
}

function chosen(all: readonly Target[], thrown: number): Target {
  let left = thrown;
  for (const target of all) {
    if (left < target.share) return target;
    left -= target.share;
  }
  throw new Error('the shares of all files are a thousand');
}
