import { readdirSync, rmdirSync, unlinkSync, type Dirent } from 'node:fs';
import { dirname, join } from 'node:path';
import { byCodeUnit, sha256 } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import type { ArtifactSink } from '../ports/artifact-sink.ts';
import { writeAtomic } from './atomic-write.ts';
import { isTemporary, lookAt, sweep, syncFolder } from './folder.ts';
import { readOwn } from './read-file.ts';
import { readFault, writeFault } from './write-fault.ts';

const SEGMENT = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?$/;
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d)(?:\.|$)/i;

/** Artifacts as files below one folder that is wholly ours. */
export function directorySink(root: string): ArtifactSink {
  const place = (path: string): string => join(root, ...safeSegments(path));
  return {
    list: async () =>
      new Map(
        walk(root, '')
          .sort(byCodeUnit)
          .map(path => [path, sha256(readOwn(join(root, path)) ?? '')]),
      ),
    async read(path) {
      const file = place(path);
      checkAbove(root, path);
      return readOwn(file);
    },
    async write(path, bytes) {
      const file = place(path);
      checkAbove(root, path);
      await writeAtomic(file, bytes);
    },
    async remove(path) {
      const file = place(path);
      checkAbove(root, path);
      removeUpTo(root, file);
    },
    async sweep() {
      for (const folder of foldersOf(root)) sweep(folder);
    },
  };
}

/** Takes a path apart; refuses what could leave the folder or cannot exist on Windows. */
function safeSegments(path: string): string[] {
  const segments = path.split('/');
  const bad = segments.find(one => !SEGMENT.test(one) || DEVICE.test(one));
  if (bad === undefined) return segments;
  const detail = `${JSON.stringify(path)}: ${JSON.stringify(bad)} cannot be a file name everywhere`;
  const help = 'rename it in the topology; nothing was written';
  throw new Refusal('artifact/name', { detail, help }, EXIT.invalid);
}

/** Every file below a folder, `/`-separated; throws on what is neither file nor folder. */
function walk(root: string, below: string): string[] {
  return entries(join(root, below)).flatMap(entry => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return walk(root, path);
    if (!entry.isFile()) throw inTheWay(join(root, path));
    return isTemporary(entry.name) ? [] : [path];
  });
}

function foldersOf(folder: string): string[] {
  const below = entries(folder).filter(entry => entry.isDirectory());
  return [folder, ...below.flatMap(({ name }) => foldersOf(join(folder, name)))];
}

function entries(folder: string): Dirent[] {
  const here = lookAt(folder);
  if (!here) return [];
  if (!here.isDirectory()) throw inTheWay(folder);
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw readFault(error, folder);
  }
}

/** The folders between the root and a file are real folders, or not there yet. */
function checkAbove(root: string, path: string): void {
  const parts = path.split('/').slice(0, -1);
  const folders = [root, ...parts.map((_, index) => join(root, ...parts.slice(0, index + 1)))];
  for (const folder of folders) {
    const here = lookAt(folder);
    if (here && !here.isDirectory()) throw inTheWay(folder);
  }
}

/** Removes a file, then the folders that became empty; the root stays. */
function removeUpTo(root: string, file: string): void {
  try {
    unlinkSync(file);
    syncFolder(dirname(file));
    let folder = dirname(file);
    while (folder !== root && readdirSync(folder).length === 0) {
      rmdirSync(folder);
      folder = dirname(folder);
      syncFolder(folder);
    }
  } catch (error) {
    throw writeFault(error, file);
  }
}

function inTheWay(path: string): Refusal {
  const what = lookAt(path)?.isSymbolicLink() ? 'a symbolic link' : 'neither a file nor a folder';
  const detail = `${path} is ${what}; nothing was written`;
  const help = 'remove it, then run the same command again';
  return new Refusal('artifact/in-the-way', { detail, help }, EXIT.failed);
}
