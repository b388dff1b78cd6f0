import { createReadStream, existsSync, readFileSync } from 'node:fs';
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

/** More than any reader of evidence looks at; what is longer is refused by it. */
const MOST_EVIDENCE = 1024 * 1024;

/** Reads a named file, or standard input (`-`), and not much more than can be looked at. */
export async function readEvidence(file: string): Promise<Uint8Array> {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MOST_EVIDENCE) break;
    }
  } catch {
    // The name is not shown: it may be the token itself.
    const help =
      'name a file that is there; what a file would hold goes through a pipe, not into an argument';
    throw refuse('cli/unreadable', 'the named file cannot be read', help);
  }
  return Buffer.concat(chunks);
}
