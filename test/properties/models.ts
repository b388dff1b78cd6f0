import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { MemoryWorld } from '../../src/adapters/memory.ts';
import { changeState, isEmpty, record, type Planned } from '../../src/index.ts';
import { digest } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import {
  applied,
  breaking,
  Broken,
  carriedOut,
  newWorld,
  prepared,
  removalReceipt,
  sound,
  stateOf,
} from './life.ts';
import { journeys, reversed, shuffled, topologies, withoutTrust } from './topologies.ts';

/** How often, from which seed; with the path of a failure only that one case. */
export interface Settings {
  readonly numRuns: number;
  readonly seed: number;
  readonly path?: string;
}

/** Tries a property and says how often; a failure names its seed, its path and the topology. */
type Model = (settings: Settings) => Promise<number>;

const model =
  <Given>(property: fc.IAsyncPropertyWithHooks<Given>): Model =>
  async settings => {
    const details = await fc.check(property, { ...settings, endOnFailure: true });
    if (details.failed) throw new Error(await fc.asyncDefaultReportMessage(details));
    return details.numRuns;
  };

/** What holds of every topology, each by its sentence. */
export const MODELS: Readonly<Record<string, Model>> = {
  'an apply reaches what is declared, and nothing else': model(
    fc.asyncProperty(topologies, async topology => {
      const world = newWorld();
      const { graph, artifacts, plan } = await applied(topology, world);
      const { resources, edges } = stateOf(world);
      const declared = graph.resources.map(one => [
        one.address,
        digest(one.attributes),
        'rendered',
      ]);
      const held = resources.map(one => [one.address, one.digest, one.standing]);
      assert.deepEqual(held, declared.sort());
      const wanted = plan.trust.edges.map(({ address, after }) => [address, after]);
      assert.deepEqual(Object.fromEntries(edges.map(one => [one.address, one.attributes])), {
        ...Object.fromEntries(wanted),
      });
      assert.deepEqual(new Map(artifacts.map(one => [one.path, one.bytes])), world.written);
    }),
  ),

  'after an apply the plan is empty, and a second apply changes no byte': model(
    fc.asyncProperty(topologies, async topology => {
      const world = newWorld();
      await applied(topology, world);
      const before = bytesOf(world);
      const again = await sound(topology, world);
      assert.equal(isEmpty(again.plan), true);
      assert.equal((await carriedOut(again, world)).outcome, 'unchanged');
      assert.deepEqual(bytesOf(world), before);
    }),
  ),

  'the order in which it is written does not matter': model(
    fc.asyncProperty(topologies, async topology => {
      const one = comparable(await applied(topology, newWorld()));
      const turned = reversed(topology) as JsonObject;
      assert.deepEqual(comparable(await applied(turned, newWorld())), one);
      assert.deepEqual(comparable(await applied(shuffled(topology), newWorld())), one);
    }),
  ),

  'an apply that failed at any step comes to the same bytes when it is run again': model(
    fc.asyncProperty(journeys(2), fc.nat(80), fc.boolean(), async ([first, second], at, late) => {
      const [world, twin] = [newWorld(), newWorld()];
      for (const one of [world, twin]) await applied(first, one);
      await applied(second, twin);
      const ready = await prepared(second, world);
      await carriedOut(ready, breaking(world, at, late)).catch(onlyBroken);
      await carriedOut(await sound(second, world), world);
      assert.deepEqual(bytesOf(world), bytesOf(twin));
      assert.equal(world.state.journal, undefined);
    }),
  ),

  'after an apply that failed at any step something else is applied as if it had not begun': model(
    fc.asyncProperty(
      journeys(3),
      fc.nat(80),
      fc.boolean(),
      async ([first, second, last], at, late) => {
        const world = newWorld();
        await applied(first, world);
        const before = world.state.state;
        const ready = await prepared(second, world);
        await carriedOut(ready, breaking(world, at, late)).catch(onlyBroken);
        const recorded = world.state.state !== before;
        await applied(last, world);
        const twin = { ...newWorld(), keys: world.keys };
        await applied(first, twin);
        if (recorded) await applied(second, twin);
        await applied(last, twin);
        assert.deepEqual(contentOf(world), contentOf(twin));
      },
    ),
  ),

  'what was there before leaves no trace once servers have removed it': model(
    fc.asyncProperty(journeys(2), async ([first, second]) => {
      const world = newWorld();
      await settled(first, world);
      await settled(second, world);
      const alone = { ...newWorld(), keys: world.keys };
      await settled(second, alone);
      assert.deepEqual(contentOf(world), contentOf(alone));
    }),
  ),

  'a way through something else comes to the same': model(
    fc.asyncProperty(journeys(3), async ([first, between, last]) => {
      const world = newWorld();
      await applied(first, world);
      await applied(between, world);
      await settled(last, world);
      const straight = { ...newWorld(), keys: world.keys };
      await applied(first, straight);
      await settled(last, straight);
      assert.deepEqual(contentOf(world), contentOf(straight));
    }),
  ),

  'it is there again after something else was, byte for byte': model(
    fc.asyncProperty(journeys(2), async ([first, second]) => {
      const world = newWorld();
      await applied(first, world);
      const before = contentOf(world);
      await applied(second, world);
      await settled(first, world);
      assert.deepEqual(contentOf(world), before);
    }),
  ),

  'without its trust only removals are left, and after those nothing': model(
    fc.asyncProperty(topologies, fc.boolean(), async (topology, byHand) => {
      const [world, nothing] = [newWorld(), withoutTrust(topology)];
      await applied(topology, world);
      await applied(nothing, world);
      const scripts = [...world.written.keys()].filter(path => path.endsWith('.ps1'));
      const others = scripts.filter(path => !/\/(90-remove-|50-restart)/.test(path));
      assert.deepEqual(others, []);
      await (byHand ? confirmedByHand(world) : removedOnServers(world));
      await applied(nothing, world);
      assert.deepEqual([...world.written.keys()], []);
      assert.deepEqual(stateOf(world).resources, []);
    }),
  ),

  'a plan writes nothing, and its checksum does not know the day': model(
    fc.asyncProperty(topologies, fc.integer({ min: 1, max: 20 }), async (topology, days) => {
      const world = newWorld();
      const today = await prepared(topology, world);
      const before = bytesOf(world);
      const now = new Date(world.now().getTime() + days * 86_400_000);
      const later = await sound(topology, { ...world, now: () => now });
      assert.equal(later.plan.checksum, today.plan.checksum);
      assert.notEqual(today.plan.checksum, null);
      assert.deepEqual(bytesOf(world), before);
    }),
  ),

  'an empty list removes nothing that the state does not hold': model(
    fc.asyncProperty(topologies, fc.infiniteStream(fc.boolean()), async (topology, forgets) => {
      const nothing = withoutTrust(topology);
      const fresh = await sound(nothing, newWorld());
      assert.deepEqual([fresh.plan.changes, fresh.artifacts], [[], []]);
      const world = newWorld();
      await applied(topology, world);
      const all = stateOf(world).resources.map(({ address }) => address);
      const forgotten = all.filter(() => forgets.next().value);
      for (const address of forgotten) await byHand('rm', address, world);
      const { plan, artifacts } = await sound(nothing, world);
      const held = new Set<string>(stateOf(world).resources.map(({ address }) => address));
      const touched = [
        ...plan.changes.map(({ address }) => address),
        ...artifacts.flatMap(({ addresses }) => addresses),
      ];
      assert.deepEqual(
        touched.filter(address => !held.has(address)),
        [],
      );
    }),
  ),
};

/** Applies a topology, lets the servers do what is left, and applies it again. */
async function settled(topology: JsonObject, world: MemoryWorld): Promise<void> {
  await applied(topology, world);
  if (goingIn(world).length === 0) return;
  await removedOnServers(world);
  await applied(topology, world);
}

/** All that is to go is gone, and its receipts are recorded. */
async function removedOnServers(world: MemoryWorld): Promise<void> {
  const receipts = goingIn(world).map(entry => removalReceipt(stateOf(world).topology, entry));
  const later = { ...world, now: () => new Date('2030-02-01T00:00:00Z') };
  const { diagnostics } = await record({ folder: '.', files: [], world: later }, receipts);
  assert.deepEqual(diagnostics, []);
}

async function confirmedByHand(world: MemoryWorld): Promise<void> {
  for (const { address } of goingIn(world)) await byHand('confirm', address, world);
}

function byHand(did: 'confirm' | 'rm', address: string, world: MemoryWorld): Promise<unknown> {
  return changeState({ folder: '.', files: [], world }, did, { address, reason: 'a model' });
}

function goingIn(world: MemoryWorld): Snapshot['resources'] {
  return stateOf(world).resources.filter(({ standing }) => standing === 'removing');
}

function onlyBroken(error: unknown): void {
  if (!(error instanceof Broken)) throw error;
}

/** Every byte that a world keeps. */
function bytesOf({ written, state }: MemoryWorld): object {
  return { written: new Map(written), state: state.state, project: state.project };
}

/** What a world declares: its files, and what is recorded of servers, without how it came there. */
function contentOf(world: MemoryWorld): object {
  const { resources, edges } = stateOf(world);
  const recorded = [...resources, ...edges].map(one => [one.address, one.attributes]);
  return { written: new Map(world.written), recorded: Object.fromEntries(recorded) };
}

/** A plan without what says in which bytes the topology was written. */
function comparable({
  plan: { changes, trust, artifacts, certificates, awaiting, checksum },
}: Planned): object {
  return { changes, trust, artifacts, certificates, awaiting, checksum };
}
