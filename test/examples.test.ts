import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { humanPlan } from '../src/cli/views/plan-human.ts';
import { apply, isEmpty, isPlanned, plan, prepareKeys, type Planned } from '../src/index.ts';
import type { Project } from '../src/adapters/open-project.ts';
import { goldenProject } from './support/golden-world.ts';

/** Set by `npm run goldens`: what is rendered becomes what is expected, for a person to read. */
const update = process.env['UPDATE_GOLDENS'] === '1';
const examples = fileURLToPath(new URL('../examples/', import.meta.url));
const names = readdirSync(examples).filter(name => statSync(join(examples, name)).isDirectory());

describe.each(names)('examples/%s', name => {
  it('plans and applies to exactly the expected tree', async () => {
    const project = goldenProject(name);
    const first = await planned(project);
    const keys = await prepareKeys(project, first);
    expect(keys.diagnostics).toEqual([]);
    const ready = await planned(project);
    await apply(project, ready, { listen: () => {} });
    const tree = treeOf(ready, project.world.written, project.world.state.state);
    const expected = join(examples, name, 'expected');
    if (update) writeTree(expected, tree);
    expect([...tree.keys()].sort()).toEqual(filesBelow(expected).sort());
    for (const [path, bytes] of tree) {
      expect(text(bytes), path).toEqual(text(readFileSync(join(expected, path))));
    }
  });

  it('plans nothing more after it was applied, and applying again changes no byte', async () => {
    const project = goldenProject(name);
    await prepareKeys(project, await planned(project));
    await apply(project, await planned(project), { listen: () => {} });
    const before = new Map(project.world.written);
    const state = project.world.state.state;
    const again = await planned(project);
    expect(isEmpty(again.plan)).toBe(true);
    const result = await apply(project, again, { listen: () => {} });
    expect(result.outcome).toBe('unchanged');
    expect(project.world.written).toEqual(before);
    expect(project.world.state.state).toEqual(state);
  });
});

async function planned(project: Project): Promise<Planned> {
  const result = await plan(project);
  expect(result.diagnostics.filter(one => one.severity === 'error')).toEqual([]);
  if (!isPlanned(result)) throw new Error('no plan came out');
  return result;
}

function treeOf(
  { plan: made }: Planned,
  written: ReadonlyMap<string, Uint8Array>,
  state: Uint8Array | undefined,
): Map<string, Uint8Array> {
  const encode = (value: string): Uint8Array => new TextEncoder().encode(value);
  const human = humanPlan(made, { colors: pc.createColors(false), width: 100 });
  const artifacts = [...written].map(([path, bytes]) => [`artifacts/${path}`, bytes] as const);
  return new Map([
    ['plan.txt', encode(human)],
    ['plan.json', encode(JSON.stringify(made, null, 2) + '\n')],
    ...(state ? ([['state.json', state]] as const) : []),
    ...artifacts,
  ]);
}

function writeTree(folder: string, tree: ReadonlyMap<string, Uint8Array>): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, bytes] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)));
}

/** Bytes as text in which any difference can be read; certificates as base64. */
function text(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  return buffer.includes(0) ? buffer.toString('base64') : buffer.toString('utf8');
}
