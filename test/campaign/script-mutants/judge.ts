import { Broken } from '../../powershell/runs.ts';
import type { Planned } from '../../powershell/scripts.ts';
import { met, type Bench } from './bench.ts';
import type { Mutant, Place } from './mutants.ts';
import { reaching } from './reach.ts';
import { refusedBy } from './reading.ts';
import { spread } from './spread.ts';

/** What came of a mutant: by what it was caught, or nothing. */
export interface Verdict {
  readonly by: 'reading' | 'a run' | 'an error of the run' | 'no end' | undefined;
  /** The run that caught it, and what it said. */
  readonly how: string;
}

/** Of the runs that reach a mutant so many are tried in each other script that shares it, and in all. */
const MOST_EACH = 12;
const MOST_ELSEWHERE = 96;
/** Faults at each call are tried in so many places. */
const MOST_FAULTY = 1;
/** Where a fragment that many scripts share is exercised best. */
const BEST = [
  'skype-for-business-server/partner',
  'exchange-server/partner',
  'exchange-server/partner-undo',
  'skype-for-business-server/partner-undo',
  'exchange-server/oauth-settings',
  'exchange-server/certificate',
  'skype-for-business-server/certificate',
  'skype-for-business-server/oauth-settings',
  'skype-for-business-server/remove-partner',
];
/** Runs that caught the mutant before are likely to catch its neighbour. */
const recent = new Map<string, string[]>();

/** How far a mutant is looked into: the second round is for what the first did not catch. */
export type Round = 'quick' | 'whole';

/** Tries a mutant until something catches it; what is quick comes first. */
export async function judge(mutant: Mutant, bench: Bench, round: Round): Promise<Verdict> {
  const places = placesFor(mutant);
  if (round === 'quick') {
    const tried = new Set<string>();
    return (
      (await likely(mutant, places, bench)) ??
      (await caughtFirst(places, mutant, bench, tried)) ??
      (await refused(mutant, bench)) ??
      (await caughtElsewhere(places, mutant, bench, tried))
    );
  }
  for (const place of await reachedPlaces(places, bench)) {
    const caught = await caughtIn(place, 'faulty', mutant, bench);
    if (caught) return caught;
  }
  return SURVIVED;
}

const SURVIVED: Verdict = { by: undefined, how: '' };

/** All runs of the first script of which one comes by the mutant. */
async function caughtFirst(
  places: readonly Place[],
  mutant: Mutant,
  bench: Bench,
  tried: Set<string>,
): Promise<Verdict | undefined> {
  for (const place of places) {
    const runs = await tellingIn(place, 'plain', bench);
    if (runs.length === 0) continue;
    for (const run of runs) tried.add(situationOf(place, run, isShared(mutant)));
    return caughtBy(runs, place, bench, name => note(groupOf(mutant), name));
  }
  return undefined;
}

/** Of the other scripts, situations that were not tried yet. */
async function caughtElsewhere(
  places: readonly Place[],
  mutant: Mutant,
  bench: Bench,
  tried: Set<string>,
): Promise<Verdict> {
  let left = MOST_ELSEWHERE;
  for (const place of places) {
    const telling = await tellingIn(place, 'plain elsewhere', bench);
    const runs = spread(
      telling.filter(run => !tried.has(situationOf(place, run, isShared(mutant)))),
      MOST_EACH,
    );
    for (const run of runs) tried.add(situationOf(place, run, isShared(mutant)));
    const caught = await caughtBy(runs, place, bench, name => note(groupOf(mutant), name));
    if (caught) return caught;
    left -= runs.length;
    if (left <= 0) break;
  }
  return SURVIVED;
}

/** What a run shows: of a fragment that many scripts share, whichever topology it is of. */
function situationOf({ whole, wanted }: Place, { one, kind }: Planned, isShared: boolean): string {
  return `${isShared ? whole : wanted.rendered.name}, ${one.state}: ${kind}`;
}

/** A template of its own, or one that it shares with its undo twin, is in few wholes. */
function isShared({ places }: Mutant): boolean {
  return new Set(places.map(place => place.whole)).size > FEW;
}

const FEW = 2;

/** Faults are tried where a plain run reaches the mutant; what only a fault reaches, in the first place. */
async function reachedPlaces(places: readonly Place[], bench: Bench): Promise<Place[]> {
  const found: Place[] = [];
  for (const place of places) {
    const runs = (await bench.runsOf(place)).filter(run => isTelling(run, place, 'plain'));
    if ((await reaching(runs, place, bench)).length > 0) found.push(place);
    if (found.length === MOST_FAULTY) break;
  }
  return found.length > 0 ? found : places.slice(0, MOST_FAULTY);
}

async function refused({ places }: Mutant, bench: Bench): Promise<Verdict | undefined> {
  const how = await refusedBy(places[0], bench.reader);
  return how === undefined ? undefined : { by: 'reading', how };
}

/** By a run that caught a neighbour. */
async function likely(
  mutant: Mutant,
  places: readonly Place[],
  bench: Bench,
): Promise<Verdict | undefined> {
  const names = recent.get(groupOf(mutant)) ?? [];
  for (const place of places.filter(({ wanted }) => names.some(isOf(wanted.rendered.name)))) {
    const runs = await bench.runsOf(place);
    const chosen = runs.filter(({ name }) => names.includes(name));
    const caught = await caughtBy(chosen, place, bench);
    if (caught) return caught;
  }
  return undefined;
}

async function caughtIn(
  place: Place,
  which: Which,
  mutant: Mutant,
  bench: Bench,
): Promise<Verdict | undefined> {
  const runs = await tellingIn(place, which, bench);
  return caughtBy(runs, place, bench, name => note(groupOf(mutant), name));
}

/** Runs that can show something of a place, the likeliest first. */
async function tellingIn(place: Place, which: Which, bench: Bench): Promise<Planned[]> {
  const runs = (await bench.runsOf(place)).filter(run => isTelling(run, place, which));
  const reached = which === 'faulty' ? runs : await reaching(runs, place, bench);
  return inOrder(reached);
}

function groupOf({ id }: Mutant): string {
  return id.replace(/ \S+ \d+$/, '');
}

/** Whether a run belongs to a topology. */
function isOf(topology: string): (run: string) => boolean {
  return run => run.startsWith(`${topology}: `);
}

async function caughtBy(
  runs: readonly Planned[],
  place: Place,
  bench: Bench,
  remember: (name: string) => void = () => undefined,
): Promise<Verdict | undefined> {
  const counted = runs.filter(({ name }) => bench.sound.get(name) !== false);
  if (counted.length === 0) return undefined;
  const caught = await bench.instead(place, async () => {
    for (const run of counted) {
      try {
        await run.run(met());
      } catch (fault) {
        return { run, fault: fault as Error };
      }
    }
    return undefined;
  });
  if (!caught) return undefined;
  if (!(await isSound(caught.run, bench))) {
    const others = counted.filter(run => run !== caught.run);
    return caughtBy(others, place, bench, remember);
  }
  remember(caught.run.name);
  return verdictOf(caught.run, caught.fault);
}

/** A run counts where the emitted script passes it: tried when it first catches something. */
async function isSound(run: Planned, { sound }: Bench): Promise<boolean> {
  const known = sound.get(run.name);
  if (known !== undefined) return known;
  const fault = await run.run(met()).then(
    () => undefined,
    (broken: unknown) => broken as Error,
  );
  if (fault) console.log(`not counted: ${fault.message.slice(0, 300)}`);
  sound.set(run.name, !fault);
  return !fault;
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

/**
 * A template of its own, or one that it shares with its undo twin or its like of the other family, is
 * tried wherever it is another script; a fragment of many first where it is at its best, once in
 * each whole, then in what variants make of them.
 */
function placesFor(mutant: Mutant): readonly Place[] {
  const { template, places } = mutant;
  const different = places.filter(
    (one, index) => places.findIndex(two => two.bytes.equals(one.bytes)) === index,
  );
  if (!isShared(mutant)) return different;
  const rank = (place: Place): number =>
    BEST.includes(place.whole) ? BEST.indexOf(place.whole) : BEST.length;
  const family = template.split('/')[0] ?? '';
  const own = (place: Place): boolean => place.whole.startsWith(family);
  const inOrder = different.toSorted(
    (a, b) => Number(own(b)) - Number(own(a)) || rank(a) - rank(b),
  );
  const first = inOrder.filter((place, index, all) => isFirst(place, index, all));
  return [...first, ...inOrder.filter(place => !first.includes(place))];
}

function isFirst(place: Place, index: number, all: readonly Place[]): boolean {
  return all.findIndex(({ whole }) => whole === place.whole) === index;
}

type Which = 'plain' | 'plain elsewhere' | 'faulty';

/** An undo twin is looked at where it runs; states that somebody altered are tried in one place. */
function isTelling({ one, kind }: Planned, { script }: Place, which: Which): boolean {
  if (/fault/.test(kind) !== (which === 'faulty')) return false;
  if (which === 'plain elsewhere' && /^drifted: (?!everything)/.test(one.state)) return false;
  if (one.undo === script) return /undo|asked|dot-sourced/.test(kind);
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
