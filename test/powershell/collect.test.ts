import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { begin, endOf, followed } from './beginning.ts';
import { evidenceOf } from './collected.ts';
import { startShell, type Shell } from './shell.ts';

const EXAMPLES = ['lync-exchange', 'skype-exchange-se'] as const;

describe.skipIf(!hasEngine)('a plan that is measured against what was collected', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await startShell();
  });
  afterAll(() => shell.close());

  it.each(EXAMPLES)('%s: what stands after the runbook is seen as declared', async example => {
    const beginning = await begin(shell, example);
    const { world } = endOf(await followed(beginning));
    const { office } = beginning;
    office.now = new Date(Date.parse(world.clock) + 60_000);
    const planned = await office.plan([...(await evidenceOf(shell, world)).values()]);
    const others = planned.plan.changes.filter(({ actions }) => actions[0] !== 'keep');
    expect(others).toEqual([]);
    const told = planned.diagnostics.filter(({ code }) => code.startsWith('evidence/'));
    expect(told.map(({ code }) => code)).toEqual(['evidence/left-alone']);
    const standings = planned.recalled?.resources
      .filter(({ kind }) => kind !== 'document')
      .map(({ address, standing }) => [address, standing]);
    expect(standings?.filter(([, standing]) => standing !== 'verified')).toEqual([]);
    expect(standings?.length).toBeGreaterThan(6);
  });

  it('lync-exchange: before the runbook the same shows what is not there', async () => {
    const { office, start } = await begin(shell, 'lync-exchange');
    office.now = new Date(Date.parse(start.world.clock) + 60_000);
    const { plan } = await office.plan([...(await evidenceOf(shell, start.world)).values()]);
    const created = plan.changes.filter(({ actions }) => actions[0] === 'create');
    expect(created.map(({ address }) => address)).toEqual([
      'partner/exchange/lync',
      'partner/lync/exchange',
    ]);
    expect(created.flatMap(({ because }) => because.map(({ code }) => code))).toEqual([
      'not-there',
      'not-there',
    ]);
  });
});
