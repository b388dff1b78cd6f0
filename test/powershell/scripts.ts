import type { Rendered } from '../support/rendered.ts';
import {
  besideAlike,
  caseOf,
  chargeIn,
  doubled,
  endingSoon,
  freshSigning,
  inUse,
  madeBefore,
  together,
  turnsOf,
  underAnotherName,
  withFormerUrl,
  worldAfter,
  WRONG_PLACES,
  type Change,
  type Turn,
} from './cases.ts';
import { consentsOf } from './consent.ts';
import { estateOf, serversOf, sidesOf } from './estate.ts';
import {
  add,
  carryOut,
  doneOnce,
  dotSourced,
  KINDS,
  nothingToDo,
  RESTART_KINDS,
  stopping,
  undoStopping,
  type Kind,
  type KindName,
} from './kinds.ts';
import { liveRuns } from './live.ts';
import { statesMet } from './states.ts';
import type { Case, Tally } from './runs.ts';
import { ANSWERS, layDown, play, type Stage } from './stage.ts';
import type { Shell } from './shell.ts';
import { stopsOf } from './stops.ts';
import type { World } from './world.ts';

/** One line of the table: a script in a state, run in one way. */
export interface Row extends Tally {
  readonly topology: string;
  readonly script: string;
  readonly state: string;
  readonly kind: string;
}

/** What was met on the way: commands that were called, and rows that refused something. */
export interface Met {
  readonly called: Set<string>;
  readonly refusals: Set<string>;
}

/** A topology whose scripts are run. */
export interface Wanted {
  readonly rendered: Rendered;
  /** Of a variant only the scripts that no example has. */
  readonly isWanted?: (script: string) => boolean;
  /** What its servers have beside what every estate has. */
  readonly prepare?: Change;
  /** What was done before: this is what leaves again. */
  readonly after?: Rendered;
  /** The scripts that meet a fault at each of their calls; all where nothing is said. */
  readonly faults?: RegExp;
  /** The steps of its runbook that can be gone; all where nothing is said. */
  readonly steps?: RegExp;
}

/** One thing to run: a case, in one of the kinds. */
export interface Planned {
  readonly name: string;
  readonly one: Case;
  readonly kind: string;
  run(met: Met): Promise<Row>;
}

/** Enough in one state; the first where faults are met as well. */
const ONCE: readonly KindName[] = ['do, undo without its files', 'asked, and refused'];
const EVERY = (Object.keys(KINDS) as KindName[]).filter(name => !ONCE.includes(name));
/** Without a fault at each call: enough where only the state differs. */
const PLAIN: readonly KindName[] = ['what if, do', 'do, again', 'do, undo', 'do, again, undo'];

/** Everything that is run of one topology: each script of its runbook in each starting state. */
export async function plannedOf(
  { rendered, isWanted = () => true, faults = /./, prepare, after, steps }: Wanted,
  shell: Shell,
): Promise<Planned[]> {
  const stage = layDown(rendered, shell);
  const start = await startOf(after ?? rendered, shell, after !== undefined);
  prepare?.(start);
  const turns = await turnsOf(stage, start, steps);
  const planned: Planned[] = [];
  const seen = new Set<string>();
  for (const turn of turns) {
    const { script, undo } = turn.step;
    if (seen.has(script) || !isWanted(script)) continue;
    seen.add(script);
    const kinds = faults.test(script) ? EVERY : PLAIN;
    planned.push(
      ...(undo === undefined ? checked(stage, turn, start) : await statesOf(stage, turn, kinds)),
    );
  }
  return planned;
}

/** A script that only asks. */
function checked(stage: Stage, turn: Turn, start: World): Planned[] {
  const before = { world: start, files: new Map<string, Buffer>() };
  return liveRuns(caseOf(stage, turn, 'done'), before).map(({ one, kind, run }) =>
    plannedOne(one, kind, run),
  );
}

/** The estate before anything was done; for a removal when all of the example was. */
async function startOf(rendered: Rendered, shell: Shell, isDone: boolean): Promise<World> {
  const fresh = estateOf(rendered, freshSigning(rendered));
  return isDone ? worldAfter(layDown(rendered, shell), fresh) : fresh;
}

async function statesOf(stage: Stage, turn: Turn, kinds: readonly KindName[]): Promise<Planned[]> {
  const fresh = caseOf(stage, turn, 'fresh');
  const used = caseOf(
    stage,
    turn,
    'in use',
    together(inUse, besideAlike(turn), endingSoon(turn), madeBefore(turn)),
  );
  const isExchange = turn.step.side.family === 'exchange-server';
  const twoShaped = !isExchange && turn.step.resource?.attributes['effective'] !== undefined;
  return [
    ...(twoShaped ? inKinds(turn, caseOf(stage, turn, 'shown as two', inTwo), PLAIN) : []),
    ...inKinds(turn, fresh, [...PLAIN, ...(kinds === EVERY ? ONCE : ONCE.slice(1))]),
    ...inKinds(turn, used, kinds),
    ...(await drifted(stage, turn)),
    ...(await severalOnes(stage, turn)),
    ...(await renamed(stage, turn)),
    ...(await withConsent(stage, turn)),
    ...(await statesMetBy(stage, turn)),
    ...wrongPlaces(stage, turn, kinds === EVERY),
    ...(await undoByOthers(stage, turn, kinds === EVERY)),
    plannedOne(fresh, 'dot-sourced', dotSourced),
    plannedOne(nameless(fresh), 'do', doneOnce),
    ...stopsOf(turn.step, stage.rendered).map(({ state, change, why }) =>
      plannedOne(elsewhere(caseOf(stage, turn, state, change), change), 'stops', stopping(why)),
    ),
  ];
}

/** The kinds for a state: all of them where there is something to do. */
function inKinds({ step }: Turn, one: Case, names: readonly KindName[]): Planned[] {
  if (/50-restart/.test(step.script)) {
    return Object.entries(RESTART_KINDS).map(([kind, run]) => plannedOne(one, kind, run));
  }
  if (one.missing(one.start.world).length === 0)
    return [plannedOne(one, 'nothing to do', nothingToDo)];
  return names.map(kind => plannedOne(one, kind, KINDS[kind]));
}

/** Somebody altered one declared property after the other, or all of them. */
async function drifted(stage: Stage, turn: Turn): Promise<Planned[]> {
  const charge = chargeIn(turn.step);
  const names = Object.keys(charge.drifts);
  if (names.length === 0 || turn.step.removed) return [];
  const after = await done(stage, turn);
  const each = names.map(name => [name, charge.drifts[name]] as const);
  // Of another realm and at another address it would be a partner of somebody else.
  const most = each.filter(([name]) => name !== 'Realm').map(([, drift]) => drift);
  const all = ['everything', together(...most)] as const;
  return [...each, ...(names.length > 1 ? [all] : [])].flatMap(([name, drift]) => {
    const change = together(withFormerUrl(turn), drift);
    return inKinds(turn, caseOf(stage, after, `drifted: ${name}`, change), PLAIN);
  });
}

/** What a script gets along with, each seen in one place. */
async function statesMetBy(stage: Stage, turn: Turn): Promise<Planned[]> {
  const states = statesMet(turn.step, stage.rendered.checked.subject.topology.name);
  const after = states.some(({ isDone }) => isDone) ? await done(stage, turn) : turn;
  return states.map(({ state, change, kind, run, isDone, missing, parameters }) => {
    const one = caseOf(stage, isDone === true ? after : turn, state, change);
    const own = { ...(missing && { missing }), ...(parameters !== undefined && { parameters }) };
    return plannedOne({ ...one, ...own }, kind, run);
  });
}

async function severalOnes(stage: Stage, turn: Turn): Promise<Planned[]> {
  const change = doubled(turn);
  if (!change) return [];
  const one = caseOf(stage, await done(stage, turn), 'two of ours', change);
  return [plannedOne(withoutFiles(one), 'stops', stopping(/several partner applications/))];
}

/** Ours under another name: one product cannot rename it, so that its name must be adopted. */
async function renamed(stage: Stage, turn: Turn): Promise<Planned[]> {
  const change = underAnotherName(turn);
  if (!change) return [];
  const after = await done(stage, turn);
  const one = caseOf(stage, after, 'under another name', change);
  return turn.step.side.family === 'exchange-server'
    ? inKinds(turn, one, PLAIN)
    : [plannedOne(one, 'stops', stopping(/exists under the name Elsewhere\.? ?/))];
}

/** It stops where a change is not to be made without a word, and makes it with that word. */
async function withConsent(stage: Stage, turn: Turn): Promise<Planned[]> {
  const consents = consentsOf(turn.step, stage.rendered);
  if (consents.length === 0) return [];
  const after = withoutImages(await done(stage, turn));
  return consents.flatMap(({ state, change, why, parameters }) => {
    const one = caseOf(stage, after, state, change);
    const agreed = { ...one, state: `${state}, agreed`, parameters };
    return [plannedOne(one, 'stops', stopping(why)), ...inKinds(turn, agreed, PLAIN)];
  });
}

function withoutImages({ step, start }: Turn): Turn {
  return { step, start: { ...start, files: new Map() } };
}

function wrongPlaces(stage: Stage, turn: Turn, withRoles: boolean): Planned[] {
  const places = Object.entries(WRONG_PLACES).map(([state, [change, why]]) =>
    plannedOne(elsewhere(caseOf(stage, turn, state, change), change), 'stops', stopping(why)),
  );
  const [other] = sidesOf(stage.rendered).filter(({ name }) => name !== turn.step.side.name);
  const one = caseOf(stage, turn, 'another product');
  if (!other) return places;
  const seat = { deployment: other.name, host: serversOf(other)[0] ?? '' };
  const role = { ...one, state: 'role missing' };
  return [
    ...places,
    plannedOne({ ...one, seat }, 'stops', stopping(/no command \S+ here/)),
    ...(withRoles
      ? [
          plannedOne(
            role,
            'stops',
            withoutRoles(role, role.script, why => stopping(why, false)),
          ),
        ]
      : []),
  ];
}

/** Who may do something need not be who takes it back. */
async function undoByOthers(stage: Stage, turn: Turn, isWanted: boolean): Promise<Planned[]> {
  const { undo } = turn.step;
  if (!isWanted || undo === undefined || /50-restart/.test(turn.step.script)) return [];
  const one = caseOf(stage, await done(stage, turn), 'role missing');
  const low = { ...one, state: 'not elevated', seat: { ...one.seat, elevated: false } };
  return [
    plannedOne(one, 'undo stops', withoutRoles(one, undo, undoStopping)),
    plannedOne(low, 'undo stops', undoStopping(/not elevated/)),
  ];
}

/** Without a role some commands are not there: whichever it is, it is missed before anything is done. */
function withoutRoles(one: Case, script: string, stops: (why: RegExp) => Kind): Kind {
  return async run => {
    for (const name of neededBy(one.stage, script)) {
      const lacking = { ...one, seat: { ...one.seat, lacks: [name] } };
      const counted = await carryOut(stops(new RegExp(`no command ${name} here`)), lacking);
      add(run.tally, counted.tally);
    }
  };
}

/** The commands that the preflight of an emitted script looks for. */
function neededBy({ rendered }: Stage, script: string): string[] {
  const emitted = rendered.proposal.artifacts.find(({ path }) => path === script);
  const text = Buffer.from(emitted?.bytes ?? []).toString('latin1');
  const list = /^\$Needed = @\(([^)]*)\)/m.exec(text)?.[1] ?? '';
  return [...list.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
}

/** What a change says of who sits where belongs to the seat of the case. */
function elsewhere(one: Case, change: Change): Case {
  const world = structuredClone(one.start.world);
  world.here = { ...world.here, ...one.seat };
  change(world);
  const { host } = world.here;
  if (host !== one.seat.host) {
    const own = one.start.world.servers[one.seat.host];
    if (own) one.start.world.servers[host] = structuredClone(own);
  }
  const { elevated, groups, answers = ANSWERS, pfx } = world.here;
  return { ...one, seat: { ...one.seat, host, elevated, groups, answers, ...(pfx && { pfx }) } };
}

/** The turn after the script was run once. */
async function done(stage: Stage, turn: Turn): Promise<Turn> {
  const one = caseOf(stage, turn, 'done');
  const { entered, after } = await play(stage, turn.start, { seat: one.seat, script: one.script });
  if (entered.exit !== 0) throw new Error(`${one.script}:\n${entered.seen.join('\n')}`);
  return { ...turn, start: after };
}

/** The computer knows itself by its short name only. */
function nameless(one: Case): Case {
  const world = structuredClone(one.start.world);
  world.here.nameless = true;
  return { ...one, state: 'known by its short name', start: { ...one.start, world } };
}

function withoutFiles(one: Case): Case {
  return { ...one, start: { ...one.start, files: new Map() } };
}

/** While one is staged the server prints two objects, not one. */
function inTwo(world: World): void {
  for (const one of Object.values(world.deployments)) one['stagedShape'] = 'two';
}

function plannedOne(one: Case, kind: string, run: Kind): Planned {
  const topology = one.stage.rendered.name;
  return {
    name: `${topology}: ${one.script}, ${one.state}: ${kind}`,
    one,
    kind,
    async run(met) {
      const counted = await carryOut(run, one);
      for (const name of counted.called) met.called.add(name);
      for (const row of counted.refusals) met.refusals.add(row);
      return { topology, script: one.script, state: one.state, kind, ...counted.tally };
    },
  };
}

/** Sums of rows. */
export function total(rows: readonly Row[]): Tally {
  const sum = { runs: 0, calls: 0, faults: 0 };
  for (const row of rows) add(sum, row);
  return sum;
}
