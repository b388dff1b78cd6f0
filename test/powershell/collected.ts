import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvidenceFiles } from '../../src/evidence/evidence.ts';
import { collectorsFor } from '../../src/products/collectors.ts';
import { renderCollector, type CollectorScript } from '../../src/render/collectors.ts';
import type { Case } from './runs.ts';
import type { Shell } from './shell.ts';
import type { Seat } from './stage.ts';
import type { Entered, Fault, World } from './world.ts';

/** What one run of a collector left, and the servers after it. */
export interface Collected {
  /** Of the whole folder; undefined where the run left none. */
  readonly name: string | undefined;
  /** By path below that folder, with forward slashes. */
  readonly files: Map<string, Uint8Array>;
  /** Names of all that lies beside the script, half-written folders among them. */
  readonly beside: readonly string[];
  readonly entered: Entered;
  readonly after: World;
}

/** How a run differs from the usual one. */
export interface Conditions {
  readonly fault?: Fault;
  /** What is typed before the path of the script. */
  readonly before?: string;
  /** The collector of another family than that of the shell. */
  readonly family?: string;
}

/** Where the scripts of all runs of this process lie, each in a folder of its own while it runs. */
let root: string | undefined;
let runs = 0;

/** Runs the collector of the family that is deployed where somebody sits. */
export async function collect(
  shell: Shell,
  world: World,
  seat: Seat,
  conditions: Conditions = {},
): Promise<Collected> {
  const script = conditions.family ? collectorOf(conditions.family) : collectorAt(world, seat);
  root ??= mkdtempSync(join(tmpdir(), 'concordat-collect-'));
  const folder = join(root, String(runs++));
  mkdirSync(folder);
  writeFileSync(join(folder, script.file), script.bytes);
  try {
    return await runIn(folder, script, {
      shell,
      conditions,
      world: { ...world, here: { ...world.here, ...seat } },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of a collection in the starting state of a case; fails where none came of it. */
export async function collected(
  shell: Shell,
  { start, seat }: Pick<Case, 'start' | 'seat'>,
): Promise<Map<string, Uint8Array>> {
  const { name, files, entered } = await collect(shell, start.world, seat);
  if (name === undefined || entered.exit !== 0) {
    throw new Error([...entered.seen, ...entered.errors].join('\n'));
  }
  return files;
}

/** Evidence of every side of a world, read on its first server, by deployment. */
export async function evidenceOf(shell: Shell, world: World): Promise<Map<string, EvidenceFiles>> {
  const all = new Map<string, EvidenceFiles>();
  for (const deployment of Object.keys(world.deployments)) {
    all.set(deployment, await evidenceAt(shell, world, deployment));
  }
  return all;
}

/** Evidence of one side. */
export async function evidenceAt(
  shell: Shell,
  world: World,
  deployment: string,
): Promise<EvidenceFiles> {
  const servers = Object.entries(world.servers);
  const [host = ''] = servers.find(([, one]) => one.deployment === deployment) ?? [];
  const start = { world, files: new Map() };
  return {
    place: deployment,
    files: await collected(shell, { start, seat: { deployment, host } }),
  };
}

/** The collector of what is deployed where somebody sits. */
export function collectorAt({ deployments }: World, { deployment }: Seat): CollectorScript {
  return collectorOf(deployments[deployment ?? '']?.family ?? '');
}

function collectorOf(family: string): CollectorScript {
  const [collector] = collectorsFor(family);
  if (!collector) throw new Error(`there is no collector for ${family}`);
  return renderCollector(collector);
}

interface Run {
  readonly shell: Shell;
  readonly world: World;
  readonly conditions: Conditions;
}

async function runIn(folder: string, script: CollectorScript, run: Run): Promise<Collected> {
  const { before = '', fault } = run.conditions;
  const lines = [`Set-Location -LiteralPath '${folder}'`, `${before}.\\${script.file}`];
  const session = await run.shell.enter(run.world, lines, fault);
  const entered = session.entered.at(-1);
  if (!entered) throw new Error('nothing was entered');
  const bug = entered.calls.find(call => call.bug);
  if (bug) throw new Error(`${script.file}: ${bug.name}: ${bug.bug ?? ''}`);
  const beside = readdirSync(folder).filter(name => name !== script.file);
  const name = beside.find(one => !one.endsWith('.tmp'));
  const files = name === undefined ? new Map<string, Uint8Array>() : filesOf(join(folder, name));
  return { name, files, beside, entered, after: session.world };
}

function filesOf(folder: string): Map<string, Uint8Array> {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return new Map(paths.map(path => [path, readFileSync(join(folder, path))]));
}
