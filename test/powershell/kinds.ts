import { canonical, sha256 } from '../../src/kernel/canonical.ts';
import type { Json } from '../../src/kernel/json.ts';
import { withReceipts } from './receipts.ts';
import { modesOf, Runner, same, type Case, type Tally } from './runs.ts';
import type { Moment, Played } from './stage.ts';
import type { Failure } from './told.ts';
import type { Fault, StoredObject, World } from './world.ts';

/** One kind of run: a sequence of scripts, with what must come of each. */
export type Kind = (run: Runner, one: Case) => Promise<void>;

/** The kinds for a state that the script makes as declared. */
export const KINDS = {
  'what if, do': whatIf,
  'do, again': again,
  'do, undo': undone,
  'do, again, undo': undoneAfterAgain,
  'do, undo without its files': withoutFiles,
  'asked, and refused': declined,
  'fault, do, undo, undo; fault, undo': faultThen,
  'do, faulted undo, undo': faultedUndo,
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof KINDS;

/** Runs one kind; what it counted and met. */
export async function carryOut(kind: Kind, one: Case): Promise<Runner> {
  const run = new Runner(one);
  await kind(run, one);
  return run;
}

/** For a state in which the script must stop before it changes anything. */
export function stopping(why: RegExp, tells = true): Kind {
  return async (run, { start }) => {
    const played = await run.do(start);
    run.stopped(played, { why });
    run.unchanged(start, played);
    if (played.after.files.size !== start.files.size) throw run.broken('left a file', played);
    if (!played.entered.seen.some(line => line.includes('Nothing was changed.'))) {
      throw run.broken('does not say that nothing was changed', played);
    }
    if (tells) run.told('stops', played);
  };
}

/** For a state in which everything is as declared already. */
export async function nothingToDo(run: Runner, { start }: Case): Promise<void> {
  const rehearsed = await run.do(start, { parameters: ' -WhatIf' });
  run.unchanged(start, rehearsed);
  leavesNoFile(run, start, rehearsed);
  saysNothing(run, rehearsed);
  const played = await run.do(start);
  run.succeeded(played);
  run.unchanged(start, played);
  saysNothing(run, played);
  run.told('nothing to do', played);
}

/** Done in one go from a state that is none of those that are looked into. */
export async function doneOnce(run: Runner, { start }: Case): Promise<void> {
  const done = await run.do(start);
  run.succeeded(done);
  run.told('do', done);
}

/** Dot-sourced it would leave its preferences in the session of whoever started it. */
export async function dotSourced(run: Runner, { start, undo }: Case): Promise<void> {
  const sourced = { before: '. ' };
  const taken = undo === undefined ? [] : [await run.undo(start, sourced)];
  for (const played of [await run.do(start, sourced), ...taken]) {
    if (!played.entered.errors.some(line => /start this script, do not dot-source it/.test(line))) {
      throw run.broken('does not say how to start it', played);
    }
    if (played.entered.seen.length > 0) throw run.broken('does something', played);
    run.unchanged(start, played);
  }
}

/** Something is done, then the twin that would take it back must stop before it changes anything. */
export function undoStopping(why: RegExp): Kind {
  return async (run, { start }) => {
    const refused = await run.undo(start);
    run.stopped(refused, { why });
    run.unchanged(start, refused);
  };
}

/** Something that was there before the run goes while it stands; its undo brings it back. */
export function goneMeanwhile(take: (world: World) => void): Kind {
  return async (run, one) => {
    const done = await run.do(one.start);
    run.succeeded(done);
    const world = structuredClone(done.after.world);
    take(world);
    if (same(one.settled(world), one.settled(done.after.world))) throw run.broken('took nothing');
    const back = await takenBack(run, one, { from: { ...done.after, world }, to: one.start });
    run.told('undo', back);
  };
}

/** Takes away the first that is meant, if it is there. */
export function takeAway(
  objects: StoredObject[] = [],
  isMeant: (one: StoredObject) => boolean,
): void {
  const at = objects.findIndex(isMeant);
  if (at >= 0) objects.splice(at, 1);
}

/** What comes up only after something was changed ends the run, and says what a person must do. */
export function halfWay(why: RegExp): Kind {
  return async (run, { start }) => {
    const played = await run.do(start);
    run.stopped(played, { why });
    if (!played.entered.calls.some(({ changed }) => changed)) {
      throw run.broken('changed nothing', played);
    }
    run.told('stops half way', played);
  };
}

/** Two runs break off before their next change; what they kept of the state before serves the third. */
export async function brokenTwice(run: Runner, { start }: Case): Promise<void> {
  let moment = start;
  for (const nth of [1, 0]) {
    const clean = await run.do(moment);
    const changing = clean.entered.calls.filter(
      ({ kind, changed }) => kind === 'server' && changed === true,
    );
    const at = changing[nth]?.point ?? -1;
    const faulted = await run.do(moment, { fault: { at, mode: 'before' } });
    failed(run, faulted);
    moment = faulted.after;
  }
  run.succeeded(await run.do(moment));
}

/**
 * A run breaks off, and is done again where another controller is asked first, which has not yet
 * heard of the one before.
 */
export async function brokenElsewhere(run: Runner, { start, seat }: Case): Promise<void> {
  const clean = await run.do(start);
  const [first] = clean.entered.calls.filter(
    ({ kind, changed }) => kind === 'server' && changed === true,
  );
  const fault = { at: first?.point ?? -1, mode: 'after' } as const;
  const faulted = await run.do(start, { fault });
  failed(run, faulted);
  const world = structuredClone(faulted.after.world);
  const facts = world.deployments[seat.deployment ?? '']?.['domainControllers'];
  if (Array.isArray(facts)) facts.reverse();
  const done = await run.do({ ...faulted.after, world });
  run.succeeded(done);
  run.told('do on another controller', done);
  const repeated = await run.do(done.after);
  run.unchanged(done.after, repeated);
  saysNothing(run, repeated);
}

async function whatIf(run: Runner, { start }: Case): Promise<void> {
  const rehearsed = await run.do(start, { parameters: ' -WhatIf' });
  if (rehearsed.entered.exit !== 0) throw run.broken('what if failed', rehearsed);
  run.unchanged(start, rehearsed);
  leavesNoFile(run, start, rehearsed);
  const done = await run.do(start);
  run.succeeded(done);
  const [told, made] = [changesIn(rehearsed), changesIn(done)];
  if (told.length === 0) throw run.broken('what if lists nothing', rehearsed);
  const untold = told.filter(line => !made.includes(line));
  if (untold.length > 0) throw run.broken(`what if told of ${untold.join()}`, done);
  run.told('what if', rehearsed);
  run.told('do', done);
}

/** Who asks to be asked, and says no, has changed no server; that is no success. */
async function declined(run: Runner, { start, undo }: Case): Promise<void> {
  const asked = { parameters: ' -Confirm' };
  const refused = await run.do(start, asked);
  refusedIn(run, start, refused);
  run.told('asked', refused);
  if (undo === undefined) return;
  const done = await run.do(start);
  const kept = await run.undo(done.after, asked);
  if (run.stays(kept)) return;
  refusedIn(run, done.after, kept);
  run.told('undo, asked', kept);
}

function refusedIn(run: Runner, from: Moment, played: Played): void {
  run.stopped(played, { why: /^Confirm\? .* No$[^]*this change was declined/m });
  run.unchanged(from, played);
}

async function again(run: Runner, { start }: Case): Promise<void> {
  const done = await run.do(start);
  run.succeeded(done);
  const repeated = await run.do(done.after);
  run.succeeded(repeated);
  run.unchanged(done.after, repeated);
  saysNothing(run, repeated);
  if (repeated.entered.seen.length > 25) throw run.broken('says more than 25 lines', repeated);
  run.told('again', repeated);
}

async function undone(run: Runner, one: Case): Promise<void> {
  const done = await run.do(one.start);
  run.succeeded(done);
  const [newest = ''] = imagesOf(run, done.after).toReversed();
  const named = ` -RunToUndo '${newest.replace(/^before\/|\.clixml$/g, '')}'`;
  const rehearsed = await run.undo(done.after, { parameters: `${named} -WhatIf` });
  run.unchanged(done.after, rehearsed);
  leavesNoFile(run, done.after, rehearsed);
  run.told('undo what if', rehearsed);
  run.told('undo', await takenBack(run, one, { from: done.after, to: one.start }));
  await undoneByHand(run, one, done.after);
}

/** Somebody took back by hand what the run did: its undo finds nothing to do, and retires its image. */
async function undoneByHand(run: Runner, { start, stays }: Case, done: Moment): Promise<void> {
  const from = { ...done, world: start.world };
  const back = await run.undo(from);
  if (back.entered.exit !== 0) run.stopped(back, { why: stays ?? /^$/ });
  run.unchanged(from, back);
  saysNothing(run, back);
  retires(run, from, back);
}

function leavesNoFile(run: Runner, from: Moment, rehearsed: Played): void {
  if (same(filesOf(from), filesOf(rehearsed.after))) return;
  throw run.broken('what if left a file', rehearsed);
}

function filesOf({ files }: Moment): Record<string, string> {
  return Object.fromEntries([...files].map(([name, bytes]) => [name, bytes.toString('base64')]));
}

async function undoneAfterAgain(run: Runner, one: Case): Promise<void> {
  const done = await run.do(one.start);
  const repeated = await run.do(done.after);
  await takenBack(run, one, { from: repeated.after, to: one.start });
}

/** Undo has its before-image and its receipt, or it touches nothing. */
async function withoutFiles(run: Runner, { start }: Case): Promise<void> {
  const done = await run.do(start);
  for (const [which, spoil, why] of SPOILED) {
    const from = withFiles(done.after, which, spoil);
    const refused = await run.undo(from);
    run.stopped(refused, { code: 5, why });
    run.unchanged(from, refused);
  }
  for (const member of ['topology', 'deployment']) {
    const from = withReceipts(done.after, receipt => ({ ...receipt, [member]: 'other' }));
    const refused = await run.undo(from);
    run.stopped(refused, { code: 5, why: /belongs to another topology or deployment/ });
    run.unchanged(from, refused);
  }
  await takesTheNewest(run, done.after);
  const other = await run.undo(done.after, { parameters: " -RunToUndo 'of-somebody'" });
  run.stopped(other, { code: 5, why: /there is no before-image before.of-somebody\.clixml/ });
  run.unchanged(done.after, other);
}

const OTHER_IMAGE = /STOPPED: before\S* is not the before-image of that run/;
const DAMAGED = /STOPPED: receipts\S* is damaged/;

/** What can become of the files of a run, each a reason to touch nothing. */
const SPOILED: readonly (readonly [RegExp, (bytes: Buffer) => Buffer | undefined, RegExp])[] = [
  [/^before\//, () => undefined, /STOPPED: there is no before-image of \S+ beside these scripts/],
  [/^receipts\//, () => undefined, /STOPPED: receipts\S* is missing/],
  [/^before\//, half, /STOPPED: the before-image before\S* cannot be read/],
  [/^before\//, replacing('Topology', 'Topologie'), OTHER_IMAGE],
  [/^before\//, replacing('>Objects<', '>Objekte<'), OTHER_IMAGE],
  ...['Run', 'Topology', 'Deployment'].map(
    name =>
      [/^before\//, (bytes: Buffer) => withMember(bytes, name, '>other<'), OTHER_IMAGE] as const,
  ),
  [/^before\//, replacing(/<Obj [^]*<\/Obj>/, '<S>text</S>'), OTHER_IMAGE],
  [/^receipts\//, replacing('"host"', '"haste"'), DAMAGED],
  [/^receipts\//, half, DAMAGED],
];

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length / 2);
}

function replacing(what: string | RegExp, by: string): (bytes: Buffer) => Buffer {
  return bytes => Buffer.from(bytes.toString().replace(what, by));
}

/** A before-image that says something else of itself. */
function withMember(bytes: Buffer, name: string, value: string): Buffer {
  const member = new RegExp(`(<S N="Key">${name}</S>\\s*<S N="Value")>[^<]*<`);
  const text = bytes.toString();
  if (!member.test(text)) throw new Error(`no ${name} in a before-image`);
  return Buffer.from(text.replace(member, `$1${value}`));
}

/** Runs are taken back in turn, the newest first; a file that is none of them is not looked at. */
async function takesTheNewest(run: Runner, done: Moment): Promise<void> {
  const [image = ''] = imagesOf(run, done);
  const bytes = done.files.get(image) ?? Buffer.from('');
  const id = image.replace(/^before\/|\.clixml$/g, '');
  const newer = id.replace('-2026', '-2027');
  const copy = Buffer.from(bytes.toString().replaceAll(id, newer));
  const two = { ...done, files: new Map([...done.files, [`before/${newer}.clixml`, copy]]) };
  const refused = await run.undo(two, { parameters: ` -RunToUndo '${id}'` });
  run.stopped(refused, { why: /take back \S+-2027\S+ first; it is the newer run/ });
  run.unchanged(two, refused);
  const stray = image.replace(/-[^-]*$/, '-zz.clixml');
  const clean = await run.undo(done);
  const beside = await run.undo({ ...done, files: new Map([...done.files, [stray, bytes]]) });
  if (clean.entered.exit !== beside.entered.exit) throw run.broken('looks at a stray file', beside);
  run.sameWorld(clean.after, beside);
}

/** After a fault the script is run again, or the run is taken back; both ways end well. */
async function faultThen(run: Runner, one: Case): Promise<void> {
  await eachFault(run, one, async faulted => {
    await thenDo(run, one, faulted);
    await thenUndo(run, one, faulted);
  });
}

async function thenDo(run: Runner, one: Case, faulted: Moment): Promise<void> {
  const done = await run.do(faulted);
  run.succeeded(done);
  const [atFirst, broken, images] = [one.start, faulted, done.after].map(
    moment => imagesOf(run, moment).length,
  );
  if (images === atFirst) return;
  // The run after the fault is taken back first, then the one that broke off.
  const again = images !== broken;
  const back = await takenBack(run, one, { from: done.after, to: again ? faulted : one.start });
  if (again && broken !== atFirst && back.entered.exit === 0) {
    await takenBack(run, one, { from: back.after, to: one.start });
  }
}

async function thenUndo(run: Runner, one: Case, faulted: Moment): Promise<void> {
  if (imagesOf(run, faulted).length > imagesOf(run, one.start).length) {
    await takenBack(run, one, { from: faulted, to: one.start });
    return;
  }
  const refused = await run.undo(faulted);
  run.stopped(refused, { code: 5, why: /there is no before-image/ });
  run.unchanged(faulted, refused);
  run.sameWorld(one.start, refused);
}

/** Undo itself breaks off at each of its calls, and is run again. */
async function faultedUndo(run: Runner, one: Case): Promise<void> {
  const done = await run.do(one.start);
  const met = await everyFault(run, done.after, (from, with_) => run.undo(from, with_));
  run.toldOfFailures('undo, failing', met);
  const clean = await run.undo(done.after);
  const seen = new Set<string>();
  for (const { played } of met) {
    if (!isNew(seen, one, played.after)) continue;
    // Its image is retired last: where that has happened, all was taken back.
    if (imagesOf(run, played.after).length === imagesOf(run, one.start).length) {
      run.sameWorld(clean.after, played);
      continue;
    }
    await takenBack(run, one, { from: played.after, to: one.start });
  }
}

/** Faults of each call of a run; moments that differ from one another are handed on. */
async function eachFault(
  run: Runner,
  one: Case,
  then: (faulted: Moment) => Promise<void>,
): Promise<void> {
  const met = await everyFault(run, one.start, (from, with_) => run.do(from, with_));
  run.toldOfFailures('failing', met);
  const seen = new Set<string>();
  for (const { played } of met) {
    if (isNew(seen, one, played.after)) await then(played.after);
  }
}

/** Runs from a moment, each with another fault at another call. */
async function everyFault(
  run: Runner,
  from: Moment,
  again: (from: Moment, with_: { fault?: Fault }) => Promise<Played>,
): Promise<Failure[]> {
  const clean = await again(from, {});
  const met: Failure[] = [];
  for (const call of clean.entered.calls) {
    for (const mode of modesOf(call)) {
      const played = await again(from, { fault: { at: call.point, mode } });
      failed(run, played);
      met.push({ call, played });
    }
  }
  return met;
}

/** No run that a fault met says that it succeeded. */
function failed(run: Runner, played: Played): void {
  const { exit, interrupted, calls } = played.entered;
  const met = calls.some(({ fault }) => fault);
  if (!met) throw run.broken('the fault was not met', played);
  if (exit === 0 && !interrupted) throw run.broken('succeeded in spite of a fault', played);
}

export async function takenBack(
  run: Runner,
  one: Case,
  { from, to }: { from: Moment; to: Moment },
): Promise<Played> {
  const { stays } = one;
  const back = await run.undo(from);
  if (stays && back.entered.exit !== 0) {
    run.stopped(back, { why: stays });
    if (!back.entered.seen.some(line => line.startsWith('  stays: '))) {
      throw run.broken('does not name what stays', back);
    }
    // Either all else is as before, or nothing was touched.
    if (back.entered.calls.some(({ changed }) => changed)) {
      run.sameBesides(to, back);
      retires(run, from, back);
    } else if (!same(one.besides(to.world), one.besides(from.world))) run.unchanged(from, back);
    return back;
  }
  if (back.entered.exit !== 0) throw run.broken('undo failed', back);
  run.sameWorld(to, back);
  retires(run, from, back);
  return back;
}

/** A run that was taken back is none that could be taken back once more. */
function retires(run: Runner, from: Moment, back: Played): void {
  if (imagesOf(run, back.after).length < imagesOf(run, from).length) return;
  throw run.broken('keeps its before-image', back);
}

function saysNothing(run: Runner, played: Played): void {
  if (!played.entered.seen.some(line => line.startsWith('nothing to do: '))) {
    throw run.broken('does not say "nothing to do"', played);
  }
}

/** `  object, what: from -> to` */
function changesIn({ entered }: Played): string[] {
  return entered.seen.filter(line => /^ {2}\S.*: .* -> /.test(line));
}

function imagesOf({ series }: Runner, { files }: Moment): string[] {
  return [...files.keys()].filter(
    name => name.startsWith(`before/${series}-`) && name.endsWith('.clixml'),
  );
}

function withFiles(
  { world, files }: Moment,
  which: RegExp,
  change: (bytes: Buffer) => Buffer | undefined,
): Moment {
  const changed = [...files].flatMap(([name, bytes]) => {
    if (!which.test(name)) return [[name, bytes] as const];
    const spoiled = change(bytes);
    return spoiled ? [[name, spoiled] as const] : [];
  });
  return { world, files: new Map(changed) };
}

/** Many faults leave the same behind; what follows needs to be seen once. */
function isNew(seen: Set<string>, one: Case, { world, files }: Moment): boolean {
  const names = [...files.keys()].map(name => name.replace(/\d{8}T\d{9}Z/g, '*'));
  const states = [...files].map(([, bytes]) => /"result":"\w+"/.exec(bytes.toString())?.[0] ?? '');
  const key = sha256(canonical([one.settled(world), names, states] as Json));
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** Adds what another runner counted. */
export function add(to: Tally, more: Tally): void {
  to.runs += more.runs;
  to.calls += more.calls;
  to.faults += more.faults;
}

/** A restart is not undone: its twin restarts once more, so that servers forget. */
export const RESTART_KINDS: Readonly<Record<string, Kind>> = {
  async 'what if, do, again'(run, { start }) {
    const rehearsed = await run.do(start, { parameters: ' -WhatIf' });
    run.succeeded(rehearsed);
    run.unchanged(start, rehearsed);
    const done = await run.do(start);
    run.succeeded(done);
    if (restartsIn(done) === 0) throw run.broken('restarted nothing', done);
    if (restartsIn(rehearsed) > 0) throw run.broken('what if restarted', rehearsed);
    const repeated = await run.do(done.after);
    run.succeeded(repeated);
    run.unchanged(done.after, repeated);
    saysNothing(run, repeated);
    const forced = await run.do(repeated.after, { parameters: ' -Again' });
    run.succeeded(forced);
    if (restartsIn(forced) !== restartsIn(done)) throw run.broken('did not restart again', forced);
    run.told('what if', rehearsed);
    run.told('do', done);
    run.told('again', repeated);
  },
  async 'do, undo'(run, { start }) {
    const done = await run.do(start);
    const back = await run.undo(done.after);
    run.succeeded(back);
    if (restartsIn(back) !== restartsIn(done)) throw run.broken('did not restart', back);
    run.told('undo', back);
    // What was taken back leaves no trace by which it could tell that there is nothing to forget.
    const more = await run.undo(back.after);
    run.succeeded(more);
    if (restartsIn(more) !== restartsIn(done)) throw run.broken('did not restart again', more);
  },
  async 'asked, and refused'(run, { start }) {
    const refused = await run.do(start, { parameters: ' -Confirm' });
    refusedIn(run, start, refused);
    // A receipt would say that this server has forgotten what it knew.
    if (refused.after.files.size !== start.files.size) throw run.broken('left a file', refused);
    run.told('asked', refused);
  },
  async 'fault, do'(run, one) {
    await eachFault(run, one, async faulted => {
      const done = await run.do(faulted);
      run.succeeded(done);
    });
  },
};

/** How many services a run restarted. */
export function restartsIn({ entered }: Played): number {
  return entered.calls.filter(({ name, changed }) => name === 'Restart-Service' && changed).length;
}
