import { characterFaults } from './characters.ts';
import type { Fault } from './fault.ts';
import { createSource, type Source } from './lines.ts';

/** A file of the topology as it was given. */
export interface SourceFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** The text of a file, and why it may not be read any further. */
export interface SourceReading {
  readonly source: Source;
  readonly faults: readonly Fault[];
}

/** How large one file may be. */
export const MOST_BYTES = 16 * 1024 * 1024;

const UTF8_MARK = [0xef, 0xbb, 0xbf];
const UTF16_MARKS = { 'little-endian': [0xff, 0xfe], 'big-endian': [0xfe, 0xff] };
const REPLACEMENT = '\ufffd';
const REPLACEMENT_BYTES = [0xef, 0xbf, 0xbd];

/** Reads the bytes of a file as text and finds what may not stand in it. */
export function readSource({ file, bytes }: SourceFile): SourceReading {
  const refused = tooLarge(bytes) ?? utf16(bytes);
  if (refused) {
    const source = createSource(file, '');
    return { source, faults: [{ ...refused, place: source.place(0, 0) }] };
  }
  const skipped = startsWith(bytes, UTF8_MARK) ? UTF8_MARK.length : 0;
  const source = createSource(file, new TextDecoder('utf-8').decode(bytes), skipped);
  const damage = source.text.includes(REPLACEMENT) ? damageFault(source, bytes) : undefined;
  return { source, faults: [...(damage ? [damage] : []), ...characterFaults(source)] };
}

function tooLarge(bytes: Uint8Array): Fault | undefined {
  if (bytes.length <= MOST_BYTES) return undefined;
  return {
    code: 'topology/too-large',
    detail: `the file has ${bytes.length} bytes; at most ${MOST_BYTES} are read`,
    help: 'split it into several files in one folder, and name the folder instead',
  };
}

function utf16(bytes: Uint8Array): Fault | undefined {
  const found = Object.entries(UTF16_MARKS).find(([, mark]) => startsWith(bytes, mark));
  if (!found) return undefined;
  return {
    code: 'topology/utf-16',
    detail: `the file begins with the mark of UTF-16 (${found[0]}); UTF-8 was expected`,
    help: 'save it as UTF-8; in PowerShell: Get-Content FILE | Set-Content -Encoding UTF8 NEW',
  };
}

/** U+FFFD stands for bytes that are not UTF-8, or was left by a program that met such bytes. */
function damageFault(source: Source, bytes: Uint8Array): Fault | undefined {
  const { text } = source;
  let byte = source.byte(0);
  let from = 0;
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, from)) {
    byte += new TextEncoder().encode(text.slice(from, at)).length;
    if (!startsWith(bytes.subarray(byte), REPLACEMENT_BYTES))
      return notUtf8(source, at, bytes[byte]);
    byte += REPLACEMENT_BYTES.length;
    from = at + 1;
  }
  const first = text.indexOf(REPLACEMENT);
  return {
    code: 'topology/replacement-character',
    detail: 'U+FFFD stands where some program could not read a character',
    help: 'type the character that belongs here, and save the file as UTF-8',
    place: source.place(first, first + 1),
  };
}

function notUtf8(source: Source, at: number, byte = 0): Fault {
  const value = byte.toString(16).toUpperCase().padStart(2, '0');
  return {
    code: 'topology/not-utf8',
    detail: `byte 0x${value} is not UTF-8; it may be a letter of a Windows code page`,
    help: 'save the file as UTF-8; every editor has a choice of encodings when saving',
    place: source.place(at, at + 1),
  };
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((value, index) => bytes[index] === value);
}
