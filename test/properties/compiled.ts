import pc from 'picocolors';
import { memoryWorld } from '../../src/adapters/memory.ts';
import { prepareKeys } from '../../src/apply/keys.ts';
import { humanDiagnostics } from '../../src/cli/views/diagnostics-human.ts';
import { jsonDiagnostics } from '../../src/cli/views/diagnostics-json.ts';
import { humanPlan } from '../../src/cli/views/plan-human.ts';
import { check, isSound, type Checked } from '../../src/compile.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { World } from '../../src/ports/world.ts';
import { certificateOf } from '../proof/bundle.ts';
import { TEST_KEY_COUNT, testKeyPair } from '../support/keys.ts';
import type { Base } from './bases.ts';

const STYLE = { colors: pc.createColors(false), width: 100 };
const NAMED = ['lync', 'skype', 'exchange', 'old'].map(
  (name, index) => [`evidence/${name}.cer`, certificateOf(testKeyPair(index), index + 1)] as const,
);

/** A world in which the certificates that a base names are there, and the keys it asks for. */
export async function worldOf(base: Base): Promise<World> {
  const keyPairs = Array.from({ length: TEST_KEY_COUNT }, (_, index) => testKeyPair(index));
  const now = new Date('2026-03-01T12:00:00Z');
  const world = memoryWorld({ now, keyPairs, files: new Map(NAMED) });
  if (!base.sound) return world;
  const first = await examine(JSON.stringify(base.value), world);
  if (!isSound(first)) throw new Error(`${base.name}: ${shownOf(first)}`);
  const needs = { graph: first.graph, installations: first.subject.installations };
  await prepareKeys(needs, world, first.reading.report);
  return world;
}

/** The same world, in which a file that it does not know reads as the one of this name. */
export function standingIn(world: World, name: string): World {
  const read: World['files']['read'] = async (path, most) =>
    (await world.files.read(path, most)) ?? world.files.read(name, most);
  return { ...world, files: { read } };
}

/** Reads, checks and lowers a topology. */
export function examine(text: string, world: World): Promise<Checked> {
  return check([sourceOf(text)], world);
}

/** What a person is shown of a topology: what is wrong with it, and its plan. */
export function shownOf({ diagnostics, reading }: Checked, plan?: Plan): string {
  JSON.parse(jsonDiagnostics(diagnostics, reading.sources));
  const found = humanDiagnostics(diagnostics, reading.sources, STYLE);
  return plan ? found + humanPlan(plan, STYLE) : found;
}

/** The text of a topology: JSON is YAML; a text may also stand in single quotes, as it is. */
export function written(value: JsonObject, text: string, raw: boolean): string {
  const json = JSON.stringify(value);
  if (!raw || /[\r\n]/.test(text)) return json;
  return json.replaceAll(JSON.stringify(text), () => `'${text.replaceAll("'", "''")}'`);
}

function sourceOf(text: string): { readonly file: string; readonly bytes: Uint8Array } {
  return { file: 'topology.yaml', bytes: new TextEncoder().encode(text) };
}
