import { Broken } from '../../powershell/runs.ts';
import type { Planned } from '../../powershell/scripts.ts';
import { met, type Bench } from './bench.ts';
import type { Mutant, Place } from './mutants.ts';
import { refusedBy } from './reading.ts';

/** What came of a mutant: by what it was caught, or nothing. */
export interface Verdict {
  readonly by: 'reading' | 'a run' | 'an error of the run' | 'no end' | undefined;
  /** The run that caught it, and what it said. */
  readonly how: string;
}

/** More scripts that share a fragment show nothing new. */
const MOST_SHARING = 4;
/** Faults at each call are tried in so many places. */
const MOST_FAULTY = 2;
/** Where a fragment that many scripts share is exercised best. */
const BEST = [
  'skype-for-business-server/partner',
  'exchange-server/partner',
  'exchange-server/partner-undo',
  'skype-for-business-server/partner-undo',
  'exchange-server/certificate',
  'skype-for-business-server/certificate',
];
/** Runs that caught the mutant before are likely to catch its neighbour. */
const recent = new Map<string, string[]>();

/** Tries a mutant until something catches it; what is quick comes first. */
export async function judge(mutant: Mutant, bench: Bench): Promise<Verdict> {
  const group = mutant.id.replace(/ \S+ \d+$/, '');
  const places = placesFor(mutant);
  const rounds = await Promise.all(
    places.map(async (place, index) => ({
      place,
      runs: (await bench.runsOf(place)).filter(run => isTelling(run, place, index === 0)),
    })),
  );
  const likely = recent.get(group) ?? [];
  for (const { place, runs } of rounds) {
    const first = runs.filter(run => likely.includes(run.name));
    const caught = first.length > 0 ? await caughtBy(first, place, bench) : undefined;
    if (caught) return caught;
  }
  for (const faulty of [false, true]) {
    for (const { place, runs } of faulty ? rounds.slice(0, MOST_FAULTY) : rounds) {
      const chosen = inOrder(runs.filter(run => isFaulty(run) === faulty));
      const caught = await caughtBy(chosen, place, bench, name => note(group, name));
      if (caught) return caught;
    }
    const [place] = places;
    const refused = !faulty && place ? await refusedBy(place, bench.shell.engine) : undefined;
    if (refused !== undefined) return { by: 'reading', how: refused };
  }
  return { by: undefined, how: '' };
}

async function caughtBy(
  runs: readonly Planned[],
  place: Place,
  bench: Bench,
  remember: (name: string) => void = () => undefined,
): Promise<Verdict | undefined> {
  return bench.instead(place, async () => {
    for (const run of runs) {
      try {
        await run.run(met());
      } catch (fault) {
        remember(run.name);
        return verdictOf(run, fault as Error);
      }
    }
    return undefined;
  });
}

function verdictOf({ name }: Planned, fault: Error): Verdict {
  const says = fault.message.replace(/\s+/g, ' ').slice(0, 300);
  if (fault instanceof Broken) return { by: 'a run', how: `${name}: ${says.slice(0, 200)}` };
  const by = /^it does not come to an end|^the engine ended/.test(says) ? 'no end' : undefined;
  return { by: by ?? 'an error of the run', how: `${name}: ${says}` };
}

function note(group: string, name: string): void {
  const names = recent.get(group) ?? [];
  recent.set(group, [name, ...names.filter(one => one !== name)].slice(0, 3));
}

/** A template of its own is tried wherever it is; a fragment where it is exercised best. */
function placesFor({ template, places }: Mutant): readonly Place[] {
  const whole = new Map(places.map(place => [place.whole, place]));
  if (whole.size === 1) return places;
  const rank = (place: Place): number => (BEST.indexOf(place.whole) + BEST.length) % BEST.length;
  const family = template.split('/')[0] ?? '';
  const own = (place: Place): boolean => place.whole.startsWith(family);
  return [...places]
    .sort((a, b) => Number(own(b)) - Number(own(a)) || rank(a) - rank(b))
    .filter((place, index, all) => isFirst(place, index, all))
    .slice(0, MOST_SHARING);
}

function isFirst(place: Place, index: number, all: readonly Place[]): boolean {
  return all.findIndex(({ whole }) => whole === place.whole) === index;
}

function isFaulty({ kind }: Planned): boolean {
  return /fault/.test(kind);
}

/** An undo twin is looked at where it runs; states that somebody altered are tried in one place. */
function isTelling({ one, kind }: Planned, { script }: Place, first: boolean): boolean {
  if (!first && one.state.startsWith('drifted')) return false;
  if (one.undo === script) return /undo/.test(kind);
  return kind !== 'do, faulted undo, undo' && !(one.state !== 'fresh' && /again, undo/.test(kind));
}

const ORDER = ['what if', 'do, undo', 'do, again', 'nothing', 'do', 'stops'];

function inOrder(runs: readonly Planned[]): Planned[] {
  const rank = ({ kind, one }: Planned): number => {
    const found = ORDER.findIndex(start => kind.startsWith(start));
    const state = one.state.startsWith('drifted') ? 30 : one.state === 'fresh' ? 0 : 10;
    return (found < 0 ? ORDER.length : found) + state;
  };
  return runs.toSorted((a, b) => rank(a) - rank(b));
}
