import type { Artifact } from './artifact.ts';
import type { RenderInput } from './input.ts';

/** placeholder replaced below */
export function renderRunbook(_input: RenderInput, _files: readonly Artifact[]): Artifact {
  return { path: 'RUNBOOK.md', bytes: new Uint8Array(), addresses: [] };
}
