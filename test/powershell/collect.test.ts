import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isEmpty } from '../../src/index.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import { createReport } from '../../src/kernel/report.ts';
import { hasEngine } from '../support/engine.ts';
import { begin, endOf, followed } from './beginning.ts';
import { settled } from './cases.ts';
import { collectIn, seatsIn, type Collected } from './collected.ts';
import { startShell, type Shell } from './shell.ts';
import type { World } from './world.ts';

const EXAMPLES = ['lync-exchange', 'skype-exchange-se'] as const;

describe.skipIf(!hasEngine)('collectors', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await startShell();
  });
  afterAll(() => shell.close());

  it.each(EXAMPLES)('%s: what stands after the runbook is seen as declared', async example => {
    const beginning = await begin(shell, example);
    const { world } = endOf(await followed(beginning));
    const runs = await collectAll(shell, world);
    for (const run of runs) expectHarmless(run, world);
    const { office } = beginning;
    office.now = new Date(Date.parse(runs.at(-1)?.world.clock ?? ''));
    const evidence = runs.flatMap(one => one.evidence);
    const planned = await office.plan(evidence);
    const others = planned.plan.changes.filter(({ actions }) => actions[0] !== 'keep');
    expect(others).toEqual([]);
    expect(planned.diagnostics.filter(({ code }) => code.startsWith('evidence/'))).toEqual([]);
    const served = planned.recalled?.resources.filter(({ held }) => held === 'server') ?? [];
    expect(served.filter(({ standing }) => standing !== 'verified')).toEqual([]);
    expect(isEmpty(planned.plan)).toBe(false);
  });

  it.each(EXAMPLES)('%s: what cannot be read is told, and all else is there', async example => {
    const { start } = await begin(shell, example);
    for (const seat of seatsIn(start.world)) {
      const whole = await collectIn(shell, start.world, { seat });
      const reads = whole.entered.calls.filter(({ kind }) => kind === 'server');
      expect(reads.length).toBeGreaterThan(4);
      for (const { point, name } of reads) {
        const fault = { at: point, mode: 'before' } as const;
        const run = await collectIn(shell, start.world, { seat, fault });
        expectHarmless(run, start.world);
        const report = createReport();
        const evidence = run.evidence.flatMap(one => readEvidence(one, report) ?? [])[0];
        expect(report.diagnostics).toEqual([]);
        expect([...(evidence?.unread.keys() ?? [])]).toContain(name);
        expect(evidence?.objects.has(name)).toBe(false);
        const [all] = whole.evidence.flatMap(one => readEvidence(one, report) ?? []);
        const others = [...(all?.objects ?? [])].filter(([command]) =>
          evidence?.objects.has(command),
        );
        for (const [command, objects] of others)
          expect(evidence?.objects.get(command)).toEqual(objects);
      }
    }
  });

  it('writes nothing at all where nothing can be read', async () => {
    const { start } = await begin(shell, 'lync-exchange');
    const [seat] = seatsIn(start.world);
    const plain = { ...start.world.here, deployment: null };
    const world = { ...start.world, here: plain };
    if (!seat) throw new Error('no seat');
    const lacks = [
      'Get-CsServerVersion',
      'Get-CsSipDomain',
      'Get-CsCertificate',
      'Get-CsOAuthConfiguration',
    ]
      .concat([
        'Get-CsPartnerApplication',
        'Get-CsUserServicesPolicy',
        'Get-CsArchivingConfiguration',
      ])
      .concat([
        'Get-CsArchivingPolicy',
        'Get-ExchangeServer',
        'Get-AuthConfig',
        'Get-AcceptedDomain',
      ])
      .concat(['Get-PartnerApplication', 'Get-ManagementRoleAssignment']);
    const run = await collectIn(shell, world, { seat: { ...seat, lacks } });
    expect([run.entered.exit, run.left]).toEqual([1, []]);
    expect(run.entered.seen.join('\n')).toContain('nothing could be read here');
  });
});

async function collectAll(shell: Shell, world: World): Promise<Collected[]> {
  const runs: Collected[] = [];
  for (const seat of seatsIn(world)) runs.push(await collectIn(shell, world, { seat }));
  return runs;
}

/** It ended well, read only, and left one folder. */
function expectHarmless({ entered, world, evidence, left }: Collected, before: World): void {
  expect(entered.errors).toEqual([]);
  if (entered.exit !== 0) throw new Error(entered.seen.join('\n'));
  expect([entered.exit, evidence.length, left.length]).toEqual([0, 1, 1]);
  const changing = entered.calls.filter(
    ({ kind, name }) => kind === 'server' && !/^(Get|Test)-/.test(name),
  );
  expect(changing).toEqual([]);
  expect(withoutSeat(settled(world))).toEqual(withoutSeat(settled(before)));
}

function withoutSeat(world: unknown): unknown {
  const { here: _, clock: __, ...rest } = world as World;
  return rest;
}
