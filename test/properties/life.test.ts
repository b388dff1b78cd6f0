import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemoryWorld } from '../../src/adapters/memory.ts';
import { isEmpty, record, type Planned } from '../../src/index.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { applied, carriedOut, newWorld, removalReceipt, sound, stateOf } from './life.ts';
import { reversed, shuffled, successions, topologies, withoutTrust } from './topologies.ts';

const RUNS = { numRuns: 25, endOnFailure: true };

// Of processor time it takes half a minute; a loaded machine takes longer.
describe('whatever is declared', { timeout: 600_000 }, () => {
  it('is applied once: the plan after it is empty, and applying it again changes nothing', () =>
    whatever(topologies, async topology => {
      const world = newWorld();
      await applied(topology, world);
      const [files, state] = [await world.artifacts.list(), world.state.state];
      const again = await sound(topology, world);
      expect(isEmpty(again.plan)).toBe(true);
      expect((await carriedOut(again, world)).outcome).toBe('unchanged');
      expect(await world.artifacts.list()).toEqual(files);
      expect(world.state.state).toEqual(state);
    }));

  it('is planned alike, in whatever order it is written', () =>
    whatever(topologies, async topology => {
      const one = await applied(topology, newWorld());
      const two = await applied(reversed(topology) as JsonObject, newWorld());
      const three = await applied(shuffled(topology), newWorld());
      expect(comparable(two)).toEqual(comparable(one));
      expect(comparable(three)).toEqual(comparable(one));
    }));

  it('is there again after something else was: the same files, the same attributes', () =>
    whatever(successions, async ([first, second]) => {
      const world = newWorld();
      await applied(first, world);
      const [files, attributes] = [await world.artifacts.list(), attributesOf(stateOf(world))];
      await applied(second, world);
      await applied(first, world);
      await removedOnServers(world);
      await applied(first, world);
      expect(await world.artifacts.list()).toEqual(files);
      expect(attributesOf(stateOf(world))).toEqual(attributes);
    }));

  it('leaves nothing when its trust is taken away and the servers have said so', () =>
    whatever(topologies, async topology => {
      const world = newWorld();
      await applied(topology, world);
      await applied(withoutTrust(topology), world);
      const scripts = [...world.written.keys()].filter(path => path.endsWith('.ps1'));
      expect(scripts.filter(path => !/\/(90-remove-|50-restart)/.test(path))).toEqual([]);
      await removedOnServers(world);
      await applied(withoutTrust(topology), world);
      expect([...world.written.keys()]).toEqual([]);
      expect(stateOf(world).resources).toEqual([]);
    }));
});

/** All that is to go is gone, and its receipts are recorded. */
async function removedOnServers(world: MemoryWorld): Promise<void> {
  const { topology, resources } = stateOf(world);
  const going = resources.filter(({ standing }) => standing === 'removing');
  const receipts = going.map(entry => removalReceipt(topology, entry));
  const { diagnostics } = await record({ folder: '.', files: [], world }, receipts);
  expect(diagnostics).toEqual([]);
}

/** A property of all topologies; a failure prints its seed and the topology. */
function whatever<Value>(
  values: fc.Arbitrary<Value>,
  holds: (value: Value) => Promise<void>,
): Promise<void> {
  return fc.assert(fc.asyncProperty(values, holds), RUNS);
}

/** A plan without what says in which bytes the topology was written. */
function comparable({
  plan: { changes, trust, artifacts, certificates, awaiting, checksum },
}: Planned): object {
  return { changes, trust, artifacts, certificates, awaiting, checksum };
}

function attributesOf({ resources, edges }: Snapshot): Record<string, unknown> {
  return Object.fromEntries([...resources, ...edges].map(one => [one.address, one.attributes]));
}
