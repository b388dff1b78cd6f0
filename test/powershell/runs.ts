import { canonical } from '../../src/kernel/canonical.ts';
import type { Json } from '../../src/kernel/json.ts';
import { faultsOfFiles } from './receipts.ts';
import { play, type Moment, type Played, type Seat, type Stage, type Start } from './stage.ts';
import { failuresOtherwise, toldOtherwise, type Failure } from './told.ts';
import type { CallRecord, FaultMode, World } from './world.ts';

/** One script in one starting state, and all that is known of it without looking into it. */
export interface Case {
  readonly stage: Stage;
  readonly script: string;
  readonly undo: string | undefined;
  readonly seat: Seat;
  readonly state: string;
  readonly start: Moment;
  /** What the script is told beside what the runbook says. */
  readonly parameters?: string;
  /** What of the declared is not so in a world. */
  readonly missing: (world: World) => readonly string[];
  /** The world without what this script may change, and without what changes by itself. */
  readonly foreign: (world: World) => unknown;
  /** The world without what changes by itself. */
  readonly settled: (world: World) => unknown;
  /** What an undo leaves behind, as the committed table says; it then ends with 1 and names it. */
  readonly stays?: RegExp;
  /** The world without what an undo leaves behind, and without what changes by itself. */
  readonly besides: (world: World) => unknown;
}

/** How a script is started, and what goes wrong then. */
export type Way = Partial<Pick<Start, 'before' | 'parameters' | 'fault'>>;

/** How often something was run, and how much was called in it. */
export interface Tally {
  runs: number;
  calls: number;
  faults: number;
}

/** A promise that a run did not keep, told so that a person can run it again. */
export class Broken extends Error {
  constructor(one: Case, what: string, played?: Played) {
    const seen = played ? `\n${played.entered.seen.join('\n')}` : '';
    const errors = played?.entered.errors.join('\n') ?? '';
    super(`${one.stage.rendered.name}: ${one.script}, ${one.state}: ${what}${seen}\n${errors}`);
  }
}

/** Runs a case's scripts and counts. */
export class Runner {
  readonly tally: Tally = { runs: 0, calls: 0, faults: 0 };
  /** Rows of the tables of behaviours that refused something. */
  readonly refusals = new Set<string>();
  /** Every command that was called. */
  readonly called = new Set<string>();
  readonly #case: Case;

  constructor(one: Case) {
    this.#case = one;
  }

  /** The name that the files of a script and its twin carry. */
  get series(): string {
    return this.#case.script.replace(/\.ps1$/, '').replace(/\/scripts\//, '-');
  }

  do(from: Moment, way: Way = {}) {
    const parameters = (this.#case.parameters ?? '') + (way.parameters ?? '');
    return this.#play(from, this.#case.script, { ...way, parameters });
  }

  undo(from: Moment, way: Way = {}) {
    if (this.#case.undo === undefined) throw new Error(`${this.#case.script} has no undo twin`);
    return this.#play(from, this.#case.undo, way);
  }

  async #play(from: Moment, script: string, way: Way): Promise<Played> {
    const { stage, seat } = this.#case;
    const { fault } = way;
    const played = await play(stage, from, { seat, script, ...way });
    this.tally.runs += 1;
    this.tally.calls += played.entered.calls.length;
    if (fault) this.tally.faults += 1;
    for (const call of played.entered.calls) {
      if (call.kind === 'server') this.called.add(call.name);
      if (call.refused !== undefined) this.refusals.add(call.refused);
    }
    if (!same(this.#case.foreign(from.world), this.#case.foreign(played.after.world))) {
      const difference = firstDifference(
        this.#case.foreign(from.world),
        this.#case.foreign(played.after.world),
      );
      throw this.broken(`something foreign is different: ${difference}`, played);
    }
    if (played.entered.open !== 0) throw this.broken('left something open', played);
    const [wrong] = faultsOfFiles(this.#case, script, from, played.after);
    if (wrong !== undefined) throw this.broken(wrong, played);
    return played;
  }

  broken(what: string, played?: Played): Broken {
    return new Broken(this.#case, what, played);
  }

  /** A person sees what was kept of this run. */
  told(what: string, played: Played): void {
    const otherwise = toldOtherwise(this.#case, what, played);
    if (otherwise !== undefined) throw this.broken(`${what}: ${otherwise}`, played);
  }

  /** The same of the last words of runs that failed. */
  toldOfFailures(what: string, failures: readonly Failure[]): void {
    const otherwise = failuresOtherwise(this.#case, what, failures);
    if (otherwise !== undefined) throw this.broken(`${what}: ${otherwise}`);
  }

  /** The run ended well, and all is as declared. */
  succeeded(played: Played): void {
    const { exit, errors, interrupted } = played.entered;
    if (exit !== 0 || interrupted || errors.length > 0) {
      throw this.broken(`ended with ${String(exit)}`, played);
    }
    const calls = played.entered.calls.filter(
      ({ kind, name }) => kind === 'server' && ALTERS.test(name),
    );
    const twice = calls.map(nameOf).find((call, index, all) => all.indexOf(call) !== index);
    if (twice !== undefined) throw this.broken(`called twice: ${twice}`, played);
    const missing = this.#case.missing(played.after.world);
    if (missing.length > 0) throw this.broken(`is not as declared: ${missing.join('; ')}`, played);
  }

  /** The run stopped, with one sentence that says why. */
  stopped(played: Played, { code = 1, why = /./ }: { code?: number; why?: RegExp } = {}): void {
    const told = played.entered.seen.filter(line => /^(?:STOPPED|FAILED at): /.test(line));
    const text = played.entered.seen.join('\n');
    if (played.entered.exit !== code) {
      throw this.broken(`ended with ${String(played.entered.exit)}, not ${code}`, played);
    }
    if (told.length !== 1) throw this.broken('does not say once that it stopped', played);
    if (!why.test(text)) throw this.broken(`does not say ${String(why)}`, played);
    if (played.entered.errors.length > 0) throw this.broken('prints an error', played);
  }

  /** The run says that what was done cannot be taken back by a script. */
  stays({ entered }: Played): boolean {
    return this.#case.stays !== undefined && entered.seen.some(line => /^ {2}stays: /.test(line));
  }

  /** Nothing outside the script is different. */
  unchanged(from: Moment, played: Played): void {
    const changing = played.entered.calls.filter(({ changed }) => changed);
    if (changing.length > 0) throw this.broken(`called ${changing.map(nameOf).join()}`, played);
    this.sameWorld(from, played);
  }

  /** The servers are as in that moment, but for what an undo leaves behind. */
  sameBesides(from: Moment, played: Played): void {
    const [was, is] = [this.#case.besides(from.world), this.#case.besides(played.after.world)];
    if (!same(was, is)) throw this.broken(`differs: ${firstDifference(was, is)}`, played);
  }

  /** The servers are as in that moment. */
  sameWorld(from: Moment, played: Played): void {
    const [was, is] = [this.#case.settled(from.world), this.#case.settled(played.after.world)];
    if (!same(was, is)) throw this.broken(`differs: ${firstDifference(was, is)}`, played);
  }
}

/**
 * All modes of a fault that differ for a call: a method has no error that does not end it, and after
 * a call that changes nothing is as good as before it.
 */
export function modesOf({ kind, name, changed }: CallRecord): readonly FaultMode[] {
  const hasEffect = changed === true || WRITES.test(name);
  return FAULT_MODES.filter(
    mode => (mode !== 'instead' || kind !== 'method') && (mode !== 'after' || hasEffect),
  );
}

const FAULT_MODES: readonly FaultMode[] = ['before', 'after', 'instead', 'interrupt'];
/** What leaves something behind although it changes no server. */
const WRITES = /^(?:WriteAllText|Move|CreateDirectory|Move-Item|Export-Clixml)$/;

/** Calls that alter a server, or would: each is made once. */
const ALTERS = /^(?:New|Set|Remove|Enable|Import|Request)-/;

/** Names what a call did. */
export function nameOf({ name, given }: CallRecord): string {
  return `${name} ${JSON.stringify(given ?? {})}`;
}

export function same(a: unknown, b: unknown): boolean {
  return canonical(a as Json) === canonical(b as Json);
}

/** Where two values differ first, for a person. */
export function firstDifference(a: unknown, b: unknown, path = ''): string {
  if (same(a ?? null, b ?? null)) return '';
  if (isTable(a) && isTable(b)) {
    for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()) {
      const found = firstDifference(a[key], b[key], `${path}/${key}`);
      if (found !== '') return found;
    }
  }
  return `${path}: ${JSON.stringify(a)} -> ${JSON.stringify(b)}`;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
