import type { StepOfRunbook } from './cases.ts';
import { halfWay, restartsIn, type Kind } from './kinds.ts';
import { withReceipts } from './receipts.ts';
import type { State } from './states.ts';

const nothing = () => undefined;

/** States that the restart of a server gets along with. */
export function restartStates({ script, side, seats }: StepOfRunbook): State[] {
  if (!/50-restart/.test(script)) return [];
  const [seat] = seats;
  return [
    {
      state: 'a service stays down',
      change(world) {
        const [service] = Object.values(world.servers[seat?.host ?? '']?.services ?? {});
        if (service) service.after = 'Stopped';
      },
      kind: 'stops half way',
      run: halfWay(/is Stopped/),
    },
    {
      state: 'nothing was run from this folder',
      change: nothing,
      kind: 'do',
      async run(run, { start }) {
        const done = await run.do({ ...start, files: new Map() });
        run.succeeded(done);
        if (restartsIn(done) === 0) throw run.broken('restarted nothing', done);
      },
    },
    { state: 'restarted elsewhere', change: nothing, ...restartedWith('host', `ex9.${side.name}`) },
    { state: 'another script', change: nothing, ...restartedWith('script_sha256', '0'.repeat(64)) },
  ];
}

/** A receipt that speaks of another server, or of another script, says nothing about this one. */
function restartedWith(member: string, value: string): { kind: string; run: Kind } {
  return {
    kind: 'do, do',
    async run(run, { start }) {
      const done = await run.do(start);
      const other = withReceipts(done.after, receipt => ({ ...receipt, [member]: value }));
      const again = await run.do(other);
      run.succeeded(again);
      if (restartsIn(again) === 0) throw run.broken('restarted nothing', again);
    },
  };
}
