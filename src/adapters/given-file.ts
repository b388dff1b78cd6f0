import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeAtomic } from './atomic-write.ts';
import { makeFolder } from './folder.ts';
import { writeFault } from './write-fault.ts';

/** Writes a new file where somebody named; links on the way are theirs and are followed. */
export async function writeGiven(file: string, bytes: Uint8Array, mode: number): Promise<void> {
  const folder = dirname(file);
  makeFolder(folder);
  await writeAtomic(join(realFolder(folder), basename(file)), bytes, { mode, exclusive: true });
}

function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw writeFault(error, path);
  }
}
