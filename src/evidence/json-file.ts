import { isList, isObject, pointer, type Json, type Path } from '../kernel/json.ts';
import { offsetOf, readStrictJson } from '../kernel/strict-json.ts';
import { shown, visible } from '../kernel/visible.ts';
import { decodeText } from './text.ts';

/** Why bytes are not what is read here, and where; lines and columns count from 1. */
export interface FileFault {
  readonly line: number;
  readonly column: number;
  /** What was found and what was expected. */
  readonly detail: string;
}

/** A value of a JSON file, and its way from the root. */
export interface JsonNode {
  readonly value: Json;
  readonly path: Path;
}

/** The members of an object by their names in lower case, in the order of the file. */
export type Members = ReadonlyMap<string, JsonNode>;

/** Leaves a reading at once; caught where it began and nowhere else. */
class Misread extends Error {
  readonly path: Path;

  constructor(path: Path, detail: string) {
    super(detail);
    this.path = path;
  }
}

const MOST_TEXT = 2_048;

/** Reads a JSON file of at most so many bytes; `interpret` says what it means, or refuses. */
export function readJsonFile<Result extends object>(
  bytes: Uint8Array,
  most: number,
  interpret: (root: JsonNode) => Result,
): Result | { readonly fault: FileFault } {
  if (bytes.length > most) return fault(`it has ${bytes.length} bytes, more than ${most}`);
  const text = decodeText(bytes);
  if (text === undefined) return fault('it is neither whole UTF-8 nor whole UTF-16');
  const other = otherThing(text);
  if (other !== undefined) return fault(other);
  const read = readStrictJson(text);
  if ('fault' in read) {
    return { fault: { ...placeOf(text, read.at), detail: `it is no JSON: ${shown(read.fault)}` } };
  }
  try {
    return interpret({ value: read.value, path: [] });
  } catch (thrown) {
    if (!(thrown instanceof Misread)) throw thrown;
    return { fault: { ...placeOf(text, offsetOf(text, thrown.path)), detail: thrown.message } };
  }
}

function fault(detail: string): { readonly fault: FileFault } {
  return { fault: { line: 1, column: 1, detail } };
}

/** Names what is often given instead, so that nobody looks for a fault inside of it. */
function otherThing(text: string): string | undefined {
  const start = text.trimStart().slice(0, 400).toLowerCase();
  if (start === '') return 'it is empty';
  if (/^<(?:!doctype html|html)/.test(start)) return 'it is an HTML page; expected JSON';
  if (/^<objs\b/.test(start)) return 'it is CLIXML; expected JSON';
  if (/^<[?!a-z]/.test(start)) {
    return 'it is XML, such as federation metadata, which is not read here; expected JSON';
  }
  return undefined;
}

/** Line and column of a place in a text, both from 1. */
export function placeOf(
  text: string,
  at: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Refuses the file because of one value in it: `/keys/0 holds no certificate`. */
export function refuse({ path }: JsonNode, detail: string): never {
  throw new Misread(path, `${shown(pointer(path)) || 'it'} ${detail}`);
}

/** What a value is, as a fault says it. */
export function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (isList(value)) return 'a list';
  if (typeof value === 'string') return `"${shown(value)}"`;
  return isObject(value) ? 'an object' : String(value);
}

/** The members of an object; two that differ in case alone are two of one name to most readers. */
export function membersOf(node: JsonNode): Members {
  const { value, path } = node;
  if (!isObject(value)) refuse(node, `is ${kindOf(value)}; expected an object`);
  const members = new Map<string, JsonNode>();
  for (const [name, item] of Object.entries(value)) {
    const member = { value: item, path: [...path, name] };
    // Only A to Z: a letter that merely lower-cases to one of them is another name.
    const folded = name.replace(/[A-Z]/g, letter => letter.toLowerCase());
    if (members.has(folded)) refuse(member, 'is there twice, in another spelling');
    members.set(folded, member);
  }
  return members;
}

/** The items of a list of at most so many. */
export function itemsOf(node: JsonNode, most: number): readonly JsonNode[] {
  const { value, path } = node;
  if (!isList(value)) refuse(node, `is ${kindOf(value)}; expected a list`);
  if (value.length > most) refuse(node, `has ${value.length} items, more than ${most}`);
  return value.map((item, index) => ({ value: item, path: [...path, index] }));
}

/** A text of which a person sees every character. */
export function textOf(node: JsonNode): string {
  const { value } = node;
  if (typeof value !== 'string') refuse(node, `is ${kindOf(value)}; expected a text`);
  if (value.length > MOST_TEXT) refuse(node, `has more than ${MOST_TEXT} characters`);
  if (visible(value) !== value) refuse(node, `is "${shown(value)}", which hides characters`);
  return value;
}

/** A text that may be left out; null and a member that is not there are the same. */
export function optionalText(node: JsonNode | undefined): string | null {
  return node === undefined || node.value === null ? null : textOf(node);
}
