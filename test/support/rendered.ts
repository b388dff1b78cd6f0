import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryWorld, type MemoryWorld } from '../../src/adapters/memory.ts';
import { prepareKeys } from '../../src/apply/keys.ts';
import { nextSnapshot } from '../../src/apply/next-snapshot.ts';
import { check, isSound, type Checked } from '../../src/compile.ts';
import { propose, type Proposal } from '../../src/propose.ts';
import type { Resource } from '../../src/graph/resource.ts';
import { writeSnapshot } from '../../src/state/codec.ts';
import { TEST_KEY_COUNT, testKeyPair } from './keys.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const TOPOLOGY = 'topology.yaml';

/** A topology after its whole way to artifacts, in memory, with the published test keys. */
export interface Rendered {
  readonly name: string;
  readonly checked: Required<Checked>;
  readonly proposal: Proposal;
  /** What was there before and is taken away. */
  readonly before: readonly Resource[];
}

/** One emitted script and the product on whose servers it runs. */
export interface EmittedScript {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly product: string;
  readonly rendered: Rendered;
}

/** A text of a topology that stands there once, and what it becomes. */
export type Edit = readonly [from: string, to: string];

type Files = ReadonlyMap<string, Uint8Array>;

/** The names of all examples. */
export function exampleNames(): string[] {
  return readdirSync(EXAMPLES, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
}

/** An example, or one that differs from it by some edits and further files. */
export async function renderExample(
  example: string,
  {
    name = example,
    edits = [],
    files = new Map(),
  }: { name?: string; edits?: readonly Edit[]; files?: Files } = {},
): Promise<Rendered> {
  const all = new Map([...filesBelow(join(EXAMPLES, example)), ...files]);
  return renderIn(worldWith(all), name, edited(all, edits));
}

/** What an example becomes when it was applied and then edited: removals. */
export async function renderAfter(
  example: string,
  { name, edits }: { name: string; edits: readonly Edit[] },
): Promise<Rendered> {
  const files = filesBelow(join(EXAMPLES, example));
  const world = worldWith(files);
  const before = await renderIn(world, name, edited(files, []));
  world.state.state = writeSnapshot(snapshotOf(before));
  const after = await renderIn(world, name, edited(files, edits));
  return { ...after, before: before.checked.graph.resources };
}

/** Every script of a rendered topology, in the order of their paths. */
export function scriptsOf(rendered: Rendered): EmittedScript[] {
  const { deployments } = rendered.checked.subject.topology;
  return rendered.proposal.artifacts
    .filter(({ path }) => path.endsWith('.ps1'))
    .map(({ path, bytes }) => ({
      name: `${rendered.name}/${path}`,
      bytes,
      product: deployments.get(path.split('/')[0] ?? '')?.product ?? '',
      rendered,
    }));
}

async function renderIn(world: MemoryWorld, name: string, topology: Uint8Array): Promise<Rendered> {
  const first = await soundly(name, topology, world);
  const needs = { graph: first.graph, installations: first.subject.installations };
  await prepareKeys(needs, world, first.reading.report);
  const checked = await soundly(name, topology, world);
  return { name, checked, proposal: await propose(checked, world), before: [] };
}

async function soundly(
  name: string,
  bytes: Uint8Array,
  world: MemoryWorld,
): Promise<Required<Checked>> {
  const checked = await check([{ file: TOPOLOGY, bytes }], world);
  if (isSound(checked)) return checked;
  const faults = checked.diagnostics.map(one => `${one.code}: ${one.detail}`);
  throw new Error(`${name}: ${faults.join('\n')}`);
}

function snapshotOf({ checked, proposal }: Rendered): ReturnType<typeof nextSnapshot> {
  const { topology, catalog } = checked.subject;
  return nextSnapshot({
    previous: undefined,
    recalled: undefined,
    plan: proposal.plan,
    graph: checked.graph,
    catalog,
    products: new Map([...topology.deployments.values()].map(one => [one.name, one.product])),
    artifacts: proposal.artifacts,
    lineage: '00000000-0000-4000-8000-000000000000',
  });
}

function worldWith(files: Files): MemoryWorld {
  return memoryWorld({
    now: new Date('2026-03-01T12:00:00Z'),
    keyPairs: Array.from({ length: TEST_KEY_COUNT }, (_, index) => testKeyPair(index)),
    files,
  });
}

function edited(files: Files, edits: readonly Edit[]): Uint8Array {
  let text = Buffer.from(files.get(TOPOLOGY) ?? []).toString();
  for (const [from, to] of edits) {
    if (text.split(from).length !== 2) throw new Error(`not there exactly once: ${from}`);
    text = text.replace(from, () => to);
  }
  return Buffer.from(text);
}

function filesBelow(folder: string): Map<string, Uint8Array> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return new Map(
    entries
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path)]),
  );
}
