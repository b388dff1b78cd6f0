import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { MemoryWorld } from '../../src/adapters/memory.ts';
import { writeJournal } from '../../src/apply/journal.ts';
import { pushState, record } from '../../src/index.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { misfits } from '../../src/plan/fit.ts';
import { writeIdentity } from '../../src/state/project.ts';
import { refusalOf } from '../apply/fixture.ts';
import { tamper } from '../campaign/tamper/campaign.ts';
import {
  applied,
  carriedOut,
  newWorld,
  removalReceipt,
  sound,
  stateOf,
} from '../properties/life.ts';
import { withoutTrust } from '../properties/topologies.ts';
import { exampleText } from '../support/lowered.ts';

// `npm run campaign tamper` makes 200,000 edits; these are the first of them.
it('an edit of any file of a project is refused by its name, or says the same as before', async () => {
  const { tried, refused, unnoticed } = await tamper({ seed: 1, cases: 10_000 });
  expect(unnoticed).toEqual([]);
  expect(tried).toBe(10_000);
  for (const [file, codes] of refused) expect(codes.size, file).toBeGreaterThan(0);
});

describe('an older file put back', async () => {
  const first = parse(exampleText('lync-exchange')) as JsonObject;
  const second = withoutTrust(first);
  const world = newWorld();
  const firstPlan = (await applied(first, world)).plan;
  const older = { state: world.state.state, written: new Map(world.written) };
  const removing = (await applied(second, world)).plan;
  const [state, written] = [world.state.state, new Map(world.written)];

  /** The project as it is, with some of it as it was. */
  const withOlder = (more: Partial<MemoryWorld['state']>): MemoryWorld => {
    Object.assign(world.state, { state, journal: undefined, ...more });
    world.written.clear();
    for (const [path, bytes] of written) world.written.set(path, bytes);
    return world;
  };

  it('is refused where it is a saved plan, the first one too', async () => {
    const now = await sound(second, withOlder({}));
    for (const saved of [firstPlan, removing]) {
      expect(misfits(saved, now.plan, now.snapshot, world.now()).join()).toContain(
        'it has been applied already',
      );
    }
  });

  it('is refused where it is the state: the files and a saved plan are of a later one', async () => {
    const saved = (await sound(first, withOlder({}))).plan;
    const now = await sound(first, withOlder({ state: older.state }));
    expect(misfits(saved, now.plan, now.snapshot, world.now()).join()).toContain(
      'from serial 2 to 1',
    );
    expect(await refusalOf(carriedOut(now, world))).toMatchObject({ code: 'artifact/edited' });
    expect(world.state.state).toBe(older.state);
  });

  it('is refused where it is pushed as the state', async () => {
    const project = { folder: '.', files: [], world: withOlder({}) };
    const given = { file: 'older.json', bytes: older.state ?? new Uint8Array() };
    expect(await refusalOf(pushState(project, given))).toMatchObject({ code: 'state/not-newer' });
  });

  it('is refused where it is an artifact, the manifest too', async () => {
    for (const path of ['manifest.json', 'RUNBOOK.md']) {
      const now = await sound(second, withOlder({}));
      world.written.set(path, older.written.get(path) ?? new Uint8Array());
      expect(await refusalOf(carriedOut(now, world))).toMatchObject({ code: 'artifact/edited' });
    }
  });

  it('is refused where it names the project of another history', async () => {
    const project = writeIdentity({ name: 'litware', lineage: 'another' });
    const kept = world.state.project;
    const planning = sound(second, withOlder({ project }));
    expect(await refusalOf(planning)).toMatchObject({ code: 'state/lineage' });
    withOlder({ project: kept });
  });

  it('changes nothing where it is a journal: what shall be there is there, and the journal goes', async () => {
    const files = new Map(
      [...older.written.keys()].map(path => [path, new Set<string>()] as const),
    );
    const journal = writeJournal({ checksum: firstPlan.checksum ?? '', files });
    const now = await sound(second, withOlder({ journal }));
    expect((await carriedOut(now, world)).outcome).toBe('unchanged');
    expect([world.written, world.state.state]).toEqual([written, state]);
    expect(world.state.journal).toBeUndefined();
  });

  it('changes nothing where it is a receipt that is recorded', async () => {
    const now = () => new Date('2030-02-01T00:00:00Z');
    const project = { folder: '.', files: [], world: { ...withOlder({}), now } };
    const { topology, resources } = stateOf(world);
    const gone = resources.filter(({ standing }) => standing === 'removing');
    const receipts = gone.map(entry => removalReceipt(topology, entry));
    expect((await record(project, receipts)).recorded.length).toBeGreaterThan(0);
    const once = world.state.state;
    expect(await record(project, receipts)).toMatchObject({ recorded: [], diagnostics: [] });
    expect(world.state.state).toBe(once);
  });
});
