import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../../src/kernel/json.ts';

/** A number of the given size, the next of its row. */
export type Dice = (below: number) => number;

/** The dice of one case: the same seed and number throw the same row on every machine. */
export function diceOf(seed: number, number: number): Dice {
  let count = 0;
  return below => {
    const sum = createHash('sha256').update(`${seed} ${number} ${count++}`).digest();
    return sum.readUIntBE(0, 6) % below;
  };
}

type Edit = (bytes: Buffer, dice: Dice) => Buffer;

const spliced = (bytes: Buffer, at: number, drop: number, more: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at + drop)]);

const changed = (bytes: Buffer, at: number, to: number): Buffer =>
  spliced(bytes, at, 1, Uint8Array.of(to));

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_';

/** What somebody, or a disk, does to a file. */
export const EDITS: Readonly<Record<string, Edit>> = {
  'a bit flipped': (bytes, dice) => {
    const at = dice(bytes.length);
    return changed(bytes, at, (bytes[at] ?? 0) ^ (1 << dice(8)));
  },
  'a byte replaced': (bytes, dice) => {
    const at = dice(bytes.length);
    return changed(bytes, at, ((bytes[at] ?? 0) + 1 + dice(255)) % 256);
  },
  'a letter or digit replaced': (bytes, dice) => anotherLetter(bytes, /\w/g, dice),
  // Base64 has bits to spare there.
  'the last letter of a text replaced': (bytes, dice) =>
    anotherLetter(bytes, /\w(?=[=.]*")|\w(?=\.)/g, dice),
  'its end cut off': (bytes, dice) => bytes.subarray(0, dice(bytes.length)),
  'some bytes left out': (bytes, dice) => {
    const at = dice(bytes.length);
    return spliced(bytes, at, 1 + dice(8), Buffer.alloc(0));
  },
  'some bytes put in': (bytes, dice) => {
    const more = Uint8Array.from({ length: 1 + dice(8) }, () => dice(256));
    return spliced(bytes, dice(bytes.length + 1), 0, more);
  },
  'a piece of it repeated': (bytes, dice) => {
    const from = dice(bytes.length);
    return spliced(bytes, dice(bytes.length + 1), 0, bytes.subarray(from, from + 1 + dice(200)));
  },
  'two lines swapped': (bytes, dice) => {
    const lines = bytes.toString('latin1').split('\n');
    swap(lines, dice);
    return Buffer.from(lines.join('\n'), 'latin1');
  },
  'two members swapped': (bytes, dice) =>
    rewritten(bytes, dice, entries => {
      swap(entries, dice);
      return entries;
    }),
  'two values swapped': (bytes, dice) =>
    rewritten(bytes, dice, entries => {
      const values = entries.map(([, value]) => value);
      swap(values, dice);
      return entries.map(([key], index) => [key, values[index] ?? null]);
    }),
};

function anotherLetter(bytes: Buffer, where: RegExp, dice: Dice): Buffer {
  const places = [...bytes.toString('latin1').matchAll(where)].map(({ index }) => index);
  const to = LETTERS.charCodeAt(dice(LETTERS.length));
  return places.length === 0 ? bytes : changed(bytes, places[dice(places.length)] ?? 0, to);
}

/** One edit of a file; never the file as it was. */
export function edited(original: Uint8Array, dice: Dice): { readonly by: string; bytes: Buffer } {
  const whole = Buffer.from(original);
  const names = Object.keys(EDITS);
  for (;;) {
    const by = names[dice(names.length)] ?? '';
    const bytes = EDITS[by]?.(whole, dice);
    if (bytes && !bytes.equals(whole)) return { by, bytes };
  }
}

function swap(items: unknown[], dice: Dice): void {
  const [one, other] = [dice(items.length), dice(items.length)];
  [items[one], items[other]] = [items[other], items[one]];
}

type Entries = [string, Json][];

/** The same JSON with the members of one of its objects as `change` says; other text as it is. */
function rewritten(bytes: Buffer, dice: Dice, change: (entries: Entries) => Entries): Buffer {
  const text = bytes.toString();
  const value = parsed(text);
  if (value === undefined) return bytes;
  const chosen = dice(objectsIn(value));
  let count = 0;
  const turned = JSON.stringify(value, (_, item: Json) =>
    isObject(item) && count++ === chosen
      ? Object.fromEntries(change(Object.entries(item) as Entries))
      : item,
  );
  const indented = text.includes('\n  "') ? JSON.stringify(JSON.parse(turned), null, 2) : turned;
  return Buffer.from(indented + (text.endsWith('\n') ? '\n' : ''));
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function objectsIn(value: Json): number {
  let count = 0;
  JSON.stringify(value, (_, item: Json) => {
    if (isObject(item)) count++;
    return item;
  });
  return Math.max(1, count);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
