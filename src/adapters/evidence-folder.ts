import { join } from 'node:path';
import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import { ENVELOPE, type EvidenceFiles } from '../evidence/evidence.ts';
import { lookAt, namesIn } from './folder.ts';
import { readNamed } from './read-file.ts';

/** What one command shows of a large organization, and then some. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_FILES = 2_000;

/**
 * Reads evidence: a folder that a collector wrote, all of those in a folder, or one document with
 * its objects in it. Links are not followed out of a folder.
 */
export function readEvidenceAt(place: string): readonly EvidenceFiles[] {
  if (lookAt(place)?.isFile()) return [{ place, files: new Map([[ENVELOPE, readOne(place)]]) }];
  if (namesIn(place).includes(ENVELOPE)) return [readFolder(place)];
  const found = namesIn(place)
    .sort()
    // What a collector was still writing when it broke off.
    .filter(name => !name.endsWith('.tmp'))
    .map(name => join(place, name))
    .filter(one => namesIn(one).includes(ENVELOPE));
  if (found.length > 0) return found.map(readFolder);
  throw refuse(`${place} is no evidence: neither it nor a folder in it has an ${ENVELOPE}`);
}

function readFolder(place: string): EvidenceFiles {
  const names = namesIn(place).flatMap(name => {
    const path = join(place, name);
    return lookAt(path)?.isDirectory() ? namesIn(path).map(inner => `${name}/${inner}`) : [name];
  });
  if (names.length > MOST_FILES) {
    throw refuse(`${place} has ${names.length} files, more than ${MOST_FILES}`);
  }
  const files = names
    .sort()
    .map((name): [string, Uint8Array] => [name, readOne(join(place, name))]);
  return { place, files: new Map(files) };
}

function readOne(path: string): Uint8Array {
  if (!lookAt(path)?.isFile()) throw refuse(`${path} is no regular file`);
  const bytes = readNamed(path, MOST_BYTES);
  if (bytes instanceof Uint8Array) return bytes;
  throw refuse(bytes ? `${path} has more than ${MOST_BYTES} bytes` : `${path} is not there`);
}

function refuse(detail: string): Refusal {
  const help = 'name a folder that a collector wrote, as it was copied from the server';
  return new Refusal('evidence/format', { detail, help }, EXIT.invalid);
}
