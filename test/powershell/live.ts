import type { Kind } from './kinds.ts';
import type { Case } from './runs.ts';
import type { Moment } from './stage.ts';
import type { World } from './world.ts';

/** A state in which the live check is run, and what must come of it. */
export interface LiveRun {
  readonly one: Case;
  readonly kind: string;
  readonly run: Kind;
}

/** The live check after all is done, before anything is, and where nobody answers. */
export function liveRuns(done: Case, before: Moment): LiveRun[] {
  return [
    { one: done, kind: 'all is well', run: finds(0, /^ok {2}/) },
    { one: { ...done, state: 'before', start: before }, kind: 'refuses', run: finds(1, /^NO {2}/) },
    { one: silent(done), kind: 'refuses', run: finds(1, /^NO {2}/) },
  ];
}

function finds(exit: number, says: RegExp): Kind {
  return async (run, { start }) => {
    const played = await run.do(start);
    run.unchanged(start, played);
    if (played.entered.exit !== exit) throw run.broken(`did not end with ${exit}`, played);
    if (!played.entered.seen.some(line => says.test(line))) {
      throw run.broken(`does not say ${String(says)}`, played);
    }
    run.told('check', played);
  };
}

/** Nothing answers on the network. */
function silent(one: Case): Case {
  const world: World = structuredClone(one.start.world);
  for (const address of Object.keys(world.web)) {
    world.web[address] = { fault: 'The operation has timed out' };
  }
  return { ...one, state: 'silence', start: { ...one.start, world } };
}
