import type { Checked } from './compile.ts';
import type { EvidenceFiles } from './evidence/evidence.ts';
import { inSourceOrder, type Code, type Diagnostic } from './kernel/report.ts';
import type { World } from './ports/world.ts';
import type { Drift } from './review/drift.ts';
import type { SourceFile } from './topology/read.ts';

/** A check of a topology, and what differs from it where that can be said. */
export interface Drifted {
  readonly checked: Checked;
  readonly drift?: Drift;
}

/** When a certificate has ended, what differs is asked for more than ever. */
const SUFFERED: readonly Code[] = ['certificate/ended'];

/** Declared, recorded and observed side by side. Writes nothing, and cannot be applied. */
export async function drift(
  { files, world }: { readonly files: readonly SourceFile[]; readonly world: World },
  evidence: readonly EvidenceFiles[],
): Promise<Drifted> {
  const { check, isSound } = await import('./compile.ts');
  const checked = await check(files, world, SUFFERED);
  if (!isSound(checked)) return { checked };
  const { drift: found, diagnostics } = await driftOf(checked, world, evidence);
  if (found) return { checked, drift: found };
  return { checked: { reading: checked.reading, diagnostics } };
}

/** The same of a topology that was checked; only diagnostics where the evidence is refused. */
export async function driftOf(
  checked: Required<Checked>,
  world: World,
  files: readonly EvidenceFiles[],
): Promise<{ readonly drift?: Drift; readonly diagnostics: readonly Diagnostic[] }> {
  const { gather } = await import('./look.ts');
  const { demandHistory, readState } = await import('./propose.ts');
  const { measure } = await import('./review/measure.ts');
  const gathered = gather(files, checked);
  const found = [...checked.diagnostics, ...gathered.diagnostics];
  if (!gathered.evidence) return { diagnostics: found };
  const { subject, graph, reading } = checked;
  const { snapshot } = await readState(world, subject.topology.name);
  // Without the state that the project has, nothing would have drifted.
  await demandHistory(world, snapshot);
  const measured = measure({ subject, graph, snapshot, ...gathered, locate: reading.locate });
  const diagnostics = inSourceOrder([...found, ...measured.diagnostics]);
  return { drift: { ...measured, diagnostics }, diagnostics };
}
