import { readdirSync, readFileSync } from 'node:fs';
import { memoryWorld, type MemoryWorld } from '../../src/adapters/memory.ts';
import type { Project } from '../../src/adapters/open-project.ts';
import { testKeyPair } from './keys.ts';

/** The instant of all goldens. */
export const GOLDEN_CLOCK = new Date('2027-06-01T08:00:00Z');

/** An example as a project in memory: its own files, test keys, a fixed clock. */
export function goldenProject(name: string): Project & { readonly world: MemoryWorld } {
  const folder = new URL(`../../examples/${name}/`, import.meta.url);
  const evidence = filesIn(new URL('evidence/', folder)).map(
    file => [`evidence/${file}`, readFileSync(new URL(`evidence/${file}`, folder))] as const,
  );
  return {
    folder: '.',
    files: [{ file: 'topology.yaml', bytes: readFileSync(new URL('topology.yaml', folder)) }],
    world: memoryWorld({
      now: GOLDEN_CLOCK,
      // The first two become issuers' keys, the rest stand in where a proof needs other ones.
      keyPairs: [0, 1, 2, 3, 4, 5, 2, 3, 4, 5].map(testKeyPair),
      files: new Map(evidence),
    }),
  };
}

function filesIn(folder: URL): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
