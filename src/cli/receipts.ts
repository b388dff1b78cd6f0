import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readGiven, refuse } from './files.ts';

/** The files of a folder that may be receipts, by name; a folder in it is none. */
export function receiptsIn(
  folder: string,
): { readonly file: string; readonly bytes: Uint8Array }[] {
  return names(folder)
    .filter(name => statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() !== true)
    .map(name => ({ file: name, bytes: readGiven(join(folder, name)) }));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.json'))
      .sort();
  } catch {
    const help = 'copy the receipts back from the servers, and name their folder';
    throw refuse('cli/unreadable', `there is no folder ${folder}`, help);
  }
}
