import {
  importTopology,
  isPlanned,
  plan,
  type EvidenceFiles,
  type Imported,
  type Planned,
} from '../../src/index.ts';
import { memoryWorld } from '../../src/adapters/memory.ts';
import { collected } from './collected.ts';
import { later } from './estate.ts';
import { randomEstate } from './random-estate.ts';
import type { Shell } from './shell.ts';
import type { World } from './world.ts';

/** Collects on the first server of every side, or of the sides that are named. */
export async function gathered(
  shell: Shell,
  world: World,
  sides = Object.keys(world.deployments),
): Promise<EvidenceFiles[]> {
  const all = [];
  for (const deployment of sides) {
    const servers = Object.entries(world.servers);
    const [host = ''] = servers.find(([, one]) => one.deployment === deployment) ?? [];
    const start = { world, files: new Map<string, Buffer>() };
    const files = await collected(shell, { start, seat: { deployment, host } });
    all.push({ place: deployment, files });
  }
  return all;
}

/** A topology that was written of evidence, as a project that nobody has applied yet. */
export interface Taken {
  readonly text: string;
  readonly project: Parameters<typeof plan>[0];
}

/** Imports evidence; throws with what was found where nothing came of it. */
export async function taken(evidence: readonly EvidenceFiles[], now: Date): Promise<Taken> {
  const found = await importTopology({ evidence, file: 'topology.yaml', name: undefined, now });
  if (!('text' in found)) {
    throw new Error(found.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
  }
  return projectOf(found, now);
}

/** What was imported as a project, in memory. */
export function projectOf({ text, files }: Imported, now: Date): Taken {
  const sources = [{ file: 'topology.yaml', bytes: Buffer.from(text) }];
  return { text, project: { folder: '.', files: sources, world: memoryWorld({ now, files }) } };
}

/** Plans a project against evidence; throws where no plan comes out. */
export async function measured(
  { project }: Taken,
  evidence: readonly EvidenceFiles[],
): Promise<Planned> {
  const planned = await plan(project, { evidence });
  if (isPlanned(planned)) return planned;
  throw new Error(planned.diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n'));
}

/** What a plan would change on servers. */
export function changesOnServers({ plan: { changes } }: Planned): string[] {
  return changes
    .filter(({ actions, kind }) => actions[0] !== 'keep' && kind !== 'document')
    .map(({ address, because }) => `${address}: ${because.map(one => one.text).join('; ')}`);
}

/** What is wrong with collect, import and plan of one random state; nothing where all is well. */
export async function faultsOfCircle(shell: Shell, seed: number): Promise<string[]> {
  const { world, sayable } = randomEstate(seed);
  const evidence = await gathered(shell, world);
  const one = await taken(evidence, new Date(Date.parse(later(world, 60).clock)));
  const planned = await measured(one, evidence);
  // A certificate that was not in the store of its server is not known to anybody.
  const isUnread = one.text.includes('signs and was not read');
  const changes = changesOnServers(planned).filter(
    line => !(isUnread && line.startsWith('certificate/')),
  );
  const written = planned.plan.changes.map(({ address }) => address);
  const missing = sayable.filter(address => !written.includes(address));
  return [
    ...changes.map(line => `a plan changes ${line}`),
    ...missing.map(address => `${address} is not written`),
  ];
}
