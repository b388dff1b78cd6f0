import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memoryWorld } from '../../src/adapters/memory.ts';
import { prepareKeys } from '../../src/apply/keys.ts';
import { check, isSound, propose, type Checked } from '../../src/compile.ts';
import type { Artifact } from '../../src/render/artifact.ts';
import { TEST_KEY_COUNT, testKeyPair } from './keys.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** A topology after its whole way to artifacts, in memory, with the published test keys. */
export interface Rendered {
  readonly name: string;
  readonly checked: Required<Checked>;
  readonly artifacts: readonly Artifact[];
}

/** One emitted script and the product on whose servers it runs. */
export interface EmittedScript {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly product: string;
  readonly rendered: Rendered;
}

/** Every example, rendered. */
export async function renderExamples(): Promise<Rendered[]> {
  const names = readdirSync(EXAMPLES, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name);
  return Promise.all(names.map(name => render(name, join(EXAMPLES, name))));
}

/** Every script of a rendered topology, in the order of their paths. */
export function scriptsOf(rendered: Rendered): EmittedScript[] {
  const { deployments } = rendered.checked.subject.topology;
  return rendered.artifacts
    .filter(({ path }) => path.endsWith('.ps1'))
    .map(({ path, bytes }) => ({
      name: `${rendered.name}/${path}`,
      bytes,
      product: deployments.get(path.split('/')[0] ?? '')?.product ?? '',
      rendered,
    }));
}

/** Renders the topology in a folder; throws where it has errors. */
export async function render(name: string, folder: string): Promise<Rendered> {
  const topology = { file: 'topology.yaml', bytes: readFileSync(join(folder, 'topology.yaml')) };
  const world = memoryWorld({
    now: new Date('2026-03-01T12:00:00Z'),
    keyPairs: Array.from({ length: TEST_KEY_COUNT }, (_, index) => testKeyPair(index)),
    files: filesBelow(folder),
  });
  const first = await soundly(name, [topology], world);
  const needs = { graph: first.graph, installations: first.subject.installations };
  await prepareKeys(needs, world, first.reading.report);
  const checked = await soundly(name, [topology], world);
  const { artifacts } = await propose(checked, world);
  return { name, checked, artifacts };
}

async function soundly(
  name: string,
  ...[files, world]: Parameters<typeof check>
): Promise<Required<Checked>> {
  const checked = await check(files, world);
  if (isSound(checked)) return checked;
  throw new Error(
    `${name}: ${checked.diagnostics.map(one => `${one.code}: ${one.detail}`).join('\n')}`,
  );
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
