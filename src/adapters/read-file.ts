import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import { lookAt } from './folder.ts';
import { faultOf, readFault } from './write-fault.ts';

// Without O_NONBLOCK, opening a pipe would wait for ever.
const FOLLOWING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
const NOT_FOLLOWING = FOLLOWING | (constants.O_NOFOLLOW ?? 0);

/** Reads one of our own files; `undefined` when there is none. Links are refused. */
export function readOwn(path: string): Uint8Array | undefined {
  const here = lookAt(path);
  if (!here) return undefined;
  if (!here.isFile()) {
    const what = here.isSymbolicLink() ? 'a symbolic link' : 'not a regular file';
    const detail = `${path} is ${what}; nothing was changed`;
    const help = 'move it away, then run the same command again';
    throw new Refusal('read/in-the-way', { detail, help }, EXIT.failed);
  }
  return readRegular(path, NOT_FOLLOWING);
}

/** Reads a file that somebody named, links followed; never more than `most` bytes. */
export function readNamed(path: string, most: number): Uint8Array | 'too-large' | undefined {
  return readRegular(path, FOLLOWING, most);
}

function readRegular(path: string, flags: number): Uint8Array | undefined;
function readRegular(
  path: string,
  flags: number,
  most: number,
): Uint8Array | 'too-large' | undefined;
function readRegular(
  path: string,
  flags: number,
  most = Number.POSITIVE_INFINITY,
): Uint8Array | 'too-large' | undefined {
  try {
    const descriptor = openSync(path, flags);
    try {
      const here = fstatSync(descriptor);
      if (!here.isFile()) return undefined;
      return here.size > most ? 'too-large' : readFileSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return absent(error, path);
  }
}

function absent(error: unknown, path: string): undefined {
  const fault = faultOf(error);
  if (fault === 'ENOENT' || fault === 'ENOTDIR') return undefined;
  throw readFault(error, path);
}
