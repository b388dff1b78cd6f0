import { memoryWorld } from './adapters/memory.ts';
import type { Project } from './adapters/open-project.ts';
import { check, isSound, type Checked } from './compile.ts';
import { renderBundle } from './render/render.ts';
import { sideOfTopology, type Side } from './review/compare.ts';

/** A topology as it is compared; no side where it is refused. */
export interface Declared {
  readonly checked: Checked;
  readonly side?: Side;
}

/** What a topology declares. State and keys play no part: two revisions share them. */
export async function declared({ files, world }: Project): Promise<Declared> {
  const { state, keys } = memoryWorld();
  const checked = await check(files, { ...world, state, keys });
  if (!isSound(checked)) return { checked };
  const { subject, graph } = checked;
  const written = renderBundle({ ...subject, graph, removing: [] });
  const sums = new Map(written.map(({ path, sha256 }) => [path, sha256]));
  return { checked, side: sideOfTopology(subject.topology, graph, sums) };
}
