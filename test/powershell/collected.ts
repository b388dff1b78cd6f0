import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEvidenceAt } from '../../src/adapters/evidence-folder.ts';
import type { EvidenceFiles } from '../../src/evidence/evidence.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { collectors } from '../../src/render/collector.ts';
import type { Shell } from './shell.ts';
import type { Seat } from './stage.ts';
import type { Entered, Fault, World } from './world.ts';

/** What came of one run of a collector. */
export interface Collected {
  readonly entered: Entered;
  readonly world: World;
  /** The folder that it wrote; none where it wrote none. */
  readonly evidence: readonly EvidenceFiles[];
  /** What else it left beside itself. */
  readonly left: readonly string[];
}

/** Runs the collector of a family where somebody sits, and reads the folder that it writes. */
export async function collectIn(
  shell: Shell,
  world: World,
  { seat, fault }: { readonly seat: Seat; readonly fault?: Fault },
): Promise<Collected> {
  const folder = mkdtempSync(join(tmpdir(), 'concordat-collect-'));
  try {
    const family = world.deployments[seat.deployment ?? '']?.family;
    const [script] = collectors(readCatalog(), family);
    if (!script) throw new Error(`no collector for ${family ?? 'no family'}`);
    writeFileSync(join(folder, script.file), script.bytes);
    const lines = [`Set-Location -LiteralPath '${folder}'`, `.\\${script.file}`];
    const session = await shell.enter({ ...world, here: { ...world.here, ...seat } }, lines, fault);
    const entered = session.entered.at(-1);
    if (!entered) throw new Error('nothing was entered');
    const bug = entered.calls.find(call => call.bug);
    if (bug) throw new Error(`${bug.name}: ${bug.bug ?? ''}`);
    const left = readdirSync(folder).filter(name => name !== script.file);
    const written = left.filter(name => name.startsWith('evidence-') && !name.endsWith('.tmp'));
    const evidence = written.flatMap(name => readEvidenceAt(join(folder, name)));
    return { entered, world: session.world, evidence, left };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A seat at a server of each deployment, in the shell that it brings. */
export function seatsIn(world: World): Seat[] {
  return Object.keys(world.deployments).map(deployment => {
    const host = Object.keys(world.servers).find(
      name => world.servers[name]?.deployment === deployment,
    );
    return { deployment, host: host ?? '' };
  });
}
