import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { checkFolder, lookAt, makeFolder, syncFolder, temporaryName } from './folder.ts';
import { faultOf, refuseWrite, writeFault } from './write-fault.ts';

/** How a file is written. */
export interface WriteOptions {
  /** Permission bits, whatever the umask; 0644 unless told. Ignored by Windows. */
  readonly mode?: number;
  /** Refuse, by `write/taken`, instead of replacing a file that is there. */
  readonly exclusive?: boolean;
}

const NOBODY_ELSE = 0o077;
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NEW_FILE = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | NO_FOLLOW;
// What file systems without hard links (exFAT, some network shares) answer to link().
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'];
// A virus scanner on Windows may hold a fresh file open for a moment.
const BUSY = ['EPERM', 'EACCES', 'EBUSY'];
const PATIENCE = [10, 20, 40, 80, 160, 320];

/**
 * Writes one whole file: afterwards the place holds the old bytes or the new ones, never a mixture,
 * and a return means that the new ones are on the disk. Missing folders are made.
 *
 * The system calls are synchronous, so that their order is the order written here and a crash can
 * be tried at each of them; the turn of the event loop at the end is where a signal is heard.
 */
export async function writeAtomic(
  path: string,
  bytes: Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const mode = options.mode ?? 0o644;
  const secret = (mode & NOBODY_ELSE) === 0;
  const folder = dirname(path);
  try {
    makeFolder(folder, secret ? 0o700 : 0o755);
    checkFolder(folder, secret);
    checkPlace(path);
    const temporary = join(folder, temporaryName(basename(path), randomBytes(16).toString('hex')));
    try {
      writeNew(temporary, bytes, mode);
      await (options.exclusive ? settleNew(temporary, path) : settle(temporary, path));
    } catch (error) {
      discard(temporary);
      throw error;
    }
    syncFolder(folder);
    readBack(path, bytes);
  } catch (error) {
    throw writeFault(error, path);
  }
  await new Promise(resolve => setImmediate(resolve));
}

function checkPlace(path: string): void {
  const here = lookAt(path);
  if (!here || here.isFile()) return;
  const what = here.isSymbolicLink() ? 'a symbolic link' : 'not a regular file';
  throw refuseWrite(
    'write/in-the-way',
    `${path} is ${what}`,
    'move it away, then run the same command again',
  );
}

function writeNew(path: string, bytes: Uint8Array, mode: number): void {
  const descriptor = openSync(path, NEW_FILE, 0o600);
  try {
    fchmodSync(descriptor, mode);
    // writeFileSync goes on after a short write; writeSync would not.
    writeFileSync(descriptor, bytes);
    const { size } = fstatSync(descriptor);
    if (size !== bytes.length) throw incomplete(path);
    // After a failed fsync the pages count as clean: a second try would succeed and mean nothing.
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

async function settle(temporary: string, path: string): Promise<void> {
  for (const wait of process.platform === 'win32' ? PATIENCE : []) {
    try {
      return renameSync(temporary, path);
    } catch (error) {
      if (!BUSY.includes(faultOf(error) ?? '')) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, wait));
  }
  renameSync(temporary, path);
}

async function settleNew(temporary: string, path: string): Promise<void> {
  try {
    linkSync(temporary, path);
    discard(temporary);
  } catch (error) {
    if (!NO_LINKS.includes(faultOf(error) ?? '')) throw error;
    // No hard links here: an empty file made exclusively holds the place until the rename.
    closeSync(openSync(path, NEW_FILE, 0o600));
    await settle(temporary, path);
  }
}

function discard(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch {
    // Never made. A file that cannot be removed is swept by the next run.
  }
}

function readBack(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, constants.O_RDONLY | NO_FOLLOW);
  try {
    if (!readFileSync(descriptor).equals(bytes)) throw incomplete(path);
  } finally {
    closeSync(descriptor);
  }
}

function incomplete(path: string): unknown {
  const found = `${path} does not hold the bytes that were written`;
  return refuseWrite('write/failed', found, 'check the disk, then run the same command again');
}
