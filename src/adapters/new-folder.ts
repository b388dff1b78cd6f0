import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeAtomic } from './atomic-write.ts';
import { lookAt, makeFolder, syncFolder, temporaryName } from './folder.ts';
import { refuseWrite, writeFault } from './write-fault.ts';

/** Writes a new folder of files, whole or not at all; one that is there stays as it is. */
export async function writeNewFolder(
  path: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  makeFolder(dirname(path));
  if (lookAt(path)) {
    const help = 'nothing was replaced; look at it before you move it away';
    throw refuseWrite('write/taken', `${path} is there already`, help);
  }
  try {
    // The way there is somebody's who named it; links on it are theirs.
    const above = realpathSync(dirname(path));
    const name = temporaryName(basename(path), randomBytes(16).toString('hex'));
    await settle(join(above, name), join(above, basename(path)), files);
  } catch (error) {
    throw writeFault(error, path);
  }
}

async function settle(
  temporary: string,
  path: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  mkdirSync(temporary, { mode: 0o755 });
  try {
    for (const [name, bytes] of files) await writeAtomic(join(temporary, name), bytes);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  syncFolder(dirname(path));
}
