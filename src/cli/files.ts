import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, Refusal, unsealPlan, type Plan } from '../index.ts';

/** Reads a file that was named on the command line. */
export function readGiven(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    throw refuse('cli/unreadable', `${file} cannot be read`, 'name a file that is there');
  }
}

/** Reads the plan that `--plan` names. */
export async function readSavedPlan(file: string): Promise<Plan> {
  return unsealPlan(readGiven(file), file);
}

/** Writes a new file; never over one that is there. */
export function writeNew(file: string, bytes: Uint8Array | string, mode = 0o644): void {
  if (existsSync(file)) {
    const help = 'move it away, or choose another name';
    throw refuse('cli/file-exists', `${file} is there already; nothing was written`, help);
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes, { flag: 'wx', mode });
}

/** A refusal of something on the command line. */
export function refuse(code: Refusal['diagnostic']['code'], detail: string, help: string): Refusal {
  return new Refusal(code, { detail, help }, EXIT.invalid);
}
