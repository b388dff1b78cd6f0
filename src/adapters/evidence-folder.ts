import { basename, join, resolve } from 'node:path';
import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import { isEnvelope } from '../evidence/envelope.ts';
import { ENVELOPE, type EvidenceFiles } from '../evidence/evidence.ts';
import { lookAt, namesIn } from './folder.ts';
import { readNamed } from './read-file.ts';

/** What one command shows of a large organization, and then some. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_FILES = 2_000;

/** How collectors call their folders. */
const NAME = 'evidence-';
/** The end of the name while a collector writes. */
const UNFINISHED = '.tmp';
const HALF = `its name ends in ${UNFINISHED}: a collector did not finish it`;

/**
 * Reads evidence: a folder that a collector wrote, one document with its objects in it, or all of
 * those in a folder. Links are not followed out of a folder. What in a folder is called evidence
 * and cannot be read comes along with the reason, so that nobody takes it for read.
 */
export function readEvidenceAt(place: string): readonly EvidenceFiles[] {
  const here = lookAt(place);
  if (!here)
    throw refuse(
      `${place} is not there`,
      'correct the path; it is looked for from the current folder',
    );
  if (here.isFile()) return [documentOf(place, readOne(place))];
  const isEvidence = namesIn(place).includes(ENVELOPE);
  const name = basename(resolve(place));
  if (name.endsWith(UNFINISHED) && (isEvidence || name.startsWith(NAME))) {
    throw refuse(`${place} is half a folder: ${HALF}`);
  }
  if (isEvidence) return [readFolder(place)];
  const found = namesIn(place)
    .sort()
    .flatMap(one => readEntry(place, one));
  if (found.some(({ skipped }) => skipped === undefined)) return found;
  const beside = found.map(one => `; ${one.place}: ${one.skipped ?? ''}`).join('');
  throw refuse(
    `${place} is no evidence: neither it nor a folder in it has an ${ENVELOPE}${beside}`,
  );
}

/** What an entry of a folder says; nothing of what is no evidence and is not called so. */
function readEntry(folder: string, name: string): EvidenceFiles[] {
  const place = join(folder, name);
  const skip = (skipped: string): EvidenceFiles[] => [{ place, files: new Map(), skipped }];
  const isCalledSo = name.startsWith(NAME);
  if (name.endsWith(UNFINISHED)) return isCalledSo ? skip(HALF) : [];
  if (namesIn(place).includes(ENVELOPE)) return [readFolder(place)];
  const here = lookAt(place);
  if (here?.isFile() && /^[^.].*\.json$/i.test(name)) {
    const bytes = readNamed(place, MOST_BYTES);
    // What it is cannot be told.
    if (bytes === 'too-large') return skip(`it has more than ${MOST_BYTES} bytes`);
    if (bytes && isEnvelope(bytes)) return [documentOf(place, bytes)];
  }
  if (!isCalledSo) return [];
  if (here?.isSymbolicLink()) return skip('it is a link, and links are not followed');
  return here?.isDirectory()
    ? skip(`it has no ${ENVELOPE}, which a collector writes last`)
    : skip('it is neither a folder of a collector nor a document of evidence (.json)');
}

function documentOf(place: string, bytes: Uint8Array): EvidenceFiles {
  return { place, files: new Map([[ENVELOPE, bytes]]) };
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

const NAME_ONE = 'name a folder that a collector wrote, as it was copied from the server';

function refuse(detail: string, help = NAME_ONE): Refusal {
  return new Refusal('evidence/format', { detail, help }, EXIT.invalid);
}
