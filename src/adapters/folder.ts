import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  unlinkSync,
  type Stats,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { faultOf, readFault, refuseWrite, writeFault } from './write-fault.ts';

const OTHERS_MAY_WRITE = 0o002;
const STICKY = 0o1000;
const TEMPORARY = /^\..+\.[0-9a-f]{32}\.tmp$/;

/** The name under which a file is written before it takes its place. */
export function temporaryName(name: string, hex: string): string {
  return `.${name}.${hex}.tmp`;
}

/** Whether a file was only half written by a run that was killed, or is being written. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/** What stands at a path, links not followed; `undefined` when nothing does. */
export function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw readFault(error, path);
  }
}

/** Makes a folder and what is missing above it, each entry forced to the disk. */
export function makeFolder(path: string, mode = 0o755): void {
  if (lookAt(path)) return;
  const above = dirname(path);
  makeFolder(above, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process made it in between; whether it is a folder is checked before each write.
    if (faultOf(error) !== 'EEXIST') throw writeFault(error, path);
  }
  syncFolder(above);
}

/** Forces a folder's entries to the disk: without it a finished rename can be lost. */
export function syncFolder(path: string): void {
  // Windows has no such call; there durability is the operating system's.
  if (process.platform === 'win32') return;
  try {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    // Some network file systems refuse it; they have no way to make an entry last.
    if (faultOf(error) !== 'EINVAL') throw writeFault(error, path);
  }
}

/** Refuses a folder through which somebody else could lead a write astray. */
export function checkFolder(path: string, secret: boolean): void {
  const here = lookAt(path);
  if (!here?.isDirectory()) throw unsafe(path, 'is not a real folder');
  const open = (here.mode & OTHERS_MAY_WRITE) !== 0 && (here.mode & STICKY) === 0;
  // Windows has no such bits, and Node reports every folder there as open to all.
  if (secret && open && process.platform !== 'win32') {
    throw unsafe(path, 'is open for writing to every user, so it cannot protect a secret');
  }
  checkAbove(dirname(resolve(path)));
}

function checkAbove(path: string): void {
  const here = lookAt(path);
  const owners = [0, process.getuid?.() ?? 0];
  if (here?.isSymbolicLink() && !owners.includes(here.uid)) {
    throw unsafe(path, 'is a symbolic link of another user');
  }
  if (dirname(path) !== path) checkAbove(dirname(path));
}

function unsafe(path: string, why: string): unknown {
  return refuseWrite(
    'write/unsafe-folder',
    `${path} ${why}`,
    'use a real folder of your own, then run the same command again',
  );
}

/** Removes a file; that it is gone already is no fault. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (faultOf(error) !== 'ENOENT') throw writeFault(error, path);
  }
}

/** The names in a folder; none where there is no folder. */
export function namesIn(folder: string): string[] {
  try {
    return lookAt(folder)?.isDirectory() ? readdirSync(folder) : [];
  } catch (error) {
    throw readFault(error, folder);
  }
}

/** Removes what a killed run left half written; call it only while the lock is held. */
export function sweep(folder: string): void {
  for (const name of namesIn(folder).filter(isTemporary)) removeFile(join(folder, name));
}
