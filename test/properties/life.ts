import { memoryWorld, type MemoryWorld } from '../../src/adapters/memory.ts';
import type { Project } from '../../src/adapters/open-project.ts';
import { apply, type ApplyResult } from '../../src/apply/apply.ts';
import { nextSnapshot } from '../../src/apply/next-snapshot.ts';
import type { ReceiptFile } from '../../src/apply/receipt.ts';
import { isPlanned, plan, prepareKeys, type Planned } from '../../src/index.ts';
import { canonical, digest } from '../../src/kernel/canonical.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { removalPath } from '../../src/products/scripts.ts';
import { readSnapshot } from '../../src/state/codec.ts';
import type { Snapshot, StateEntry } from '../../src/state/snapshot.ts';
import { certificateOf } from '../proof/bundle.ts';
import { TEST_KEY_COUNT, testKeyPair } from '../support/keys.ts';

/** The certificates that servers have already, each of a key of its own. */
const EVIDENCE = ['voice0', 'mail0', 'voice1', 'mail1', 'voice2', 'mail2'].map(
  (name, index) =>
    [
      `evidence/${name}.cer`,
      certificateOf(testKeyPair(index % TEST_KEY_COUNT), index + 1),
    ] as const,
);

/** A project of which nothing was ever applied; keys are made for it as often as it asks. */
export function newWorld(): MemoryWorld {
  const now = new Date('2026-03-01T12:00:00Z');
  let made = 0;
  return {
    ...memoryWorld({ now, files: new Map(EVIDENCE) }),
    newKeyPair: () => Promise.resolve(testKeyPair(made++ % TEST_KEY_COUNT)),
  };
}

/** Makes keys, plans and applies. The proof has tests of its own, and takes longer than all else. */
export async function applied(topology: JsonObject, world: MemoryWorld): Promise<Planned> {
  const ready = await prepared(topology, world);
  await carriedOut(ready, world);
  return ready;
}

/** Makes the keys that are missing and plans; applies nothing. */
export async function prepared(topology: JsonObject, world: MemoryWorld): Promise<Planned> {
  const first = await sound(topology, world);
  if (first.plan.complete) return first;
  const { diagnostics } = await prepareKeys(projectOf(topology, world), first);
  if (diagnostics.length > 0) throw new Error(diagnostics.map(one => one.detail).join('\n'));
  return sound(topology, world);
}

/** A plan of a topology that the rules accept. */
export async function sound(topology: JsonObject, world: MemoryWorld): Promise<Planned> {
  const result = await plan(projectOf(topology, world));
  if (isPlanned(result)) return result;
  throw new Error(result.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
}

/** Applies a plan. */
export function carriedOut(ready: Planned, world: MemoryWorld): Promise<ApplyResult> {
  const { plan: made, graph, artifacts, snapshot, recalled, subject, stateDigest } = ready;
  const deployments = [...subject.topology.deployments.values()];
  const next = nextSnapshot({
    previous: snapshot,
    recalled,
    plan: made,
    graph,
    artifacts,
    catalog: subject.catalog,
    products: new Map(deployments.map(({ name, product }) => [name, product])),
    lineage: snapshot?.lineage ?? '00000000-0000-4000-8000-000000000000',
  });
  const job = { plan: made, artifacts, next, expectState: stateDigest, prove: async () => true };
  return apply(job, world, () => undefined);
}

/** What a world throws that was told to. */
export class Broken extends Error {}

/** The same world, of which one step fails: the `at`th, before it is done or after. */
export function breaking(world: MemoryWorld, at: number, late: boolean): MemoryWorld {
  let count = 0;
  const step =
    <Given extends unknown[]>(act: (...given: Given) => Promise<void>) =>
    async (...given: Given): Promise<void> => {
      const fails = count++ === at;
      if (fails && !late) throw new Broken();
      await act(...given);
      if (fails) throw new Broken();
    };
  const { state, artifacts } = world;
  const steps = {
    write: step(state.write.bind(state)),
    writeProject: step(state.writeProject.bind(state)),
    writeJournal: step(state.writeJournal.bind(state)),
  };
  return {
    ...world,
    artifacts: { ...artifacts, write: step(artifacts.write), remove: step(artifacts.remove) },
    state: Object.assign(Object.create(state) as MemoryWorld['state'], steps),
  };
}

/** The state as it is stored. */
export function stateOf(world: MemoryWorld): Snapshot {
  if (!world.state.state) throw new Error('nothing was applied');
  return readSnapshot(world.state.state);
}

/** What the script writes when it has removed what is to go. */
export function removalReceipt(topology: string, gone: StateEntry): ReceiptFile {
  const body: JsonObject = {
    format_version: '1.0',
    script: removalPath(gone.address),
    script_sha256: null,
    topology,
    deployment: gone.deployment,
    product: 'lync-server-2013',
    host: 'FE01',
    user: 'SITE\\ops',
    build: null,
    started: '2026-03-01T12:00:00Z',
    finished: '2026-03-01T12:30:00Z',
    resources: [
      {
        address: gone.address,
        digest: gone.digest,
        result: 'removed',
        before: null,
        after: null,
      },
    ],
  };
  const text = canonical({ ...body, sha256: digest(body) });
  return { file: `receipts/${gone.address.replaceAll('/', '-')}.json`, bytes: Buffer.from(text) };
}

function projectOf(topology: JsonObject, world: MemoryWorld): Project {
  const bytes = new TextEncoder().encode(JSON.stringify(topology, null, 1));
  return { folder: '.', files: [{ file: 'topology.yaml', bytes }], world };
}
