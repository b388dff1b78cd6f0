import { existsSync, readFileSync } from 'node:fs';
import { EXIT, Refusal, writeNewFile } from '../index.ts';

/** Reads a file that was named on the command line. */
export function readGiven(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    throw refuse('cli/unreadable', `${file} cannot be read`, 'name a file that is there');
  }
}

/** Writes a new file, whole or not at all; never over one that is there. */
export async function writeNew(file: string, bytes: Uint8Array, mode = 0o644): Promise<void> {
  if (existsSync(file)) {
    const help = 'move it away, or choose another name';
    throw refuse('cli/file-exists', `${file} is there already; nothing was written`, help);
  }
  await writeNewFile(file, bytes, mode);
}

/** A refusal of something on the command line. */
export function refuse(code: Refusal['diagnostic']['code'], detail: string, help: string): Refusal {
  return new Refusal(code, { detail, help }, EXIT.invalid);
}
