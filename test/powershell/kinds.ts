import { canonical, sha256 } from '../../src/kernel/canonical.ts';
import type { Json } from '../../src/kernel/json.ts';
import { modesOf, Runner, same, type Case, type Tally } from './runs.ts';
import type { Moment, Played } from './stage.ts';

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
  const fault = { at: first?.point ?? -1, mode: 'before' } as const;
  const faulted = await run.do(start, { fault });
  failed(run, faulted);
  const world = structuredClone(faulted.after.world);
  const facts = world.deployments[seat.deployment ?? '']?.['domainControllers'];
  if (Array.isArray(facts)) facts.reverse();
  const done = await run.do({ ...faulted.after, world });
  run.succeeded(done);
  const repeated = await run.do(done.after);
  run.unchanged(done.after, repeated);
  saysNothing(run, repeated);
}

async function whatIf(run: Runner, { start }: Case): Promise<void> {
  const rehearsed = await run.do(start, { parameters: ' -WhatIf' });
  if (rehearsed.entered.exit !== 0) throw run.broken('what if failed', rehearsed);
  run.unchanged(start, rehearsed);
  if (rehearsed.after.files.size !== start.files.size) {
    throw run.broken('what if left a file', rehearsed);
  }
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
  run.stopped(played, { why: /^Confirm\? No$[^]*this change was declined/m });
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
  const rehearsed = await run.undo(done.after, { parameters: ' -WhatIf' });
  run.unchanged(done.after, rehearsed);
  if (!same(filesOf(done.after), filesOf(rehearsed.after)))
    throw run.broken('what if left a file', rehearsed);
  run.told('undo what if', rehearsed);
  run.told('undo', await takenBack(run, one, { from: done.after, to: one.start }));
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
  const spoiled: readonly (readonly [RegExp, (bytes: Buffer) => Buffer | undefined])[] = [
    [/^before\//, () => undefined],
    [/^receipts\//, () => undefined],
    [/^before\//, bytes => bytes.subarray(0, bytes.length / 2)],
    [/^before\//, bytes => Buffer.from(bytes.toString().replace('Topology', 'Topologie'))],
    [/^receipts\//, bytes => Buffer.from(bytes.toString().replace('"host"', '"haste"'))],
    [/^receipts\//, bytes => bytes.subarray(0, bytes.length / 2)],
  ];
  for (const [which, spoil] of spoiled) {
    const from = withFiles(done.after, which, spoil);
    const refused = await run.undo(from);
    run.stopped(refused, { code: 5, why: /STOPPED: .*(?:before|receipts)/ });
    run.unchanged(from, refused);
  }
  const other = await run.undo(done.after, { parameters: " -RunToUndo 'of-somebody'" });
  run.stopped(other, { code: 5, why: /there is no before-image before.of-somebody\.clixml/ });
  run.unchanged(done.after, other);
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
  const clean = await run.undo(done.after);
  const seen = new Set<string>();
  for (const call of clean.entered.calls) {
    for (const mode of modesOf(call)) {
      const fault = { at: call.point, mode };
      const faulted = await run.undo(done.after, { fault });
      failed(run, faulted);
      if (!isNew(seen, one, faulted.after)) continue;
      // Its image is retired last: where that has happened, all was taken back.
      if (imagesOf(run, faulted.after).length === imagesOf(run, one.start).length) {
        run.sameWorld(clean.after, faulted);
        continue;
      }
      await takenBack(run, one, { from: faulted.after, to: one.start });
    }
  }
}

/** Faults of each call of a run; moments that differ from one another are handed on. */
async function eachFault(
  run: Runner,
  one: Case,
  then: (faulted: Moment) => Promise<void>,
): Promise<void> {
  const clean = await run.do(one.start);
  const seen = new Set<string>();
  for (const call of clean.entered.calls) {
    for (const mode of modesOf(call)) {
      const faulted = await run.do(one.start, { fault: { at: call.point, mode } });
      failed(run, faulted);
      if (isNew(seen, one, faulted.after)) await then(faulted.after);
    }
  }
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
    if (back.entered.calls.some(({ changed }) => changed)) run.sameBesides(to, back);
    else if (!same(one.besides(to.world), one.besides(from.world))) run.unchanged(from, back);
    return back;
  }
  if (back.entered.exit !== 0) throw run.broken('undo failed', back);
  run.sameWorld(to, back);
  return back;
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

function restartsIn({ entered }: Played): number {
  return entered.calls.filter(({ name, changed }) => name === 'Restart-Service' && changed).length;
}
