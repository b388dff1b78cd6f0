import { isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import { emptyMap, type Json } from '../kernel/json.ts';
import { escapedFault } from './characters.ts';
import type { Fault } from './fault.ts';
import { alike, foldKey } from './fold-key.ts';
import type { Source } from './lines.ts';

/** A tree as plain values. */
export interface ValueReading {
  readonly value: Json;
  readonly faults: readonly Fault[];
}

interface Context {
  readonly source: Source;
  readonly faults: Fault[];
}

/** Turns a tree into plain values and finds keys and scalars that a reviewer could misread. */
export function valueOf(root: Node | null, source: Source): ValueReading {
  const faults: Fault[] = [];
  return { value: read(root, { source, faults }), faults };
}

function read(node: unknown, context: Context): Json {
  if (isScalar(node)) return readScalar(node, context);
  if (isMap(node)) return readMap(node, context);
  if (isSeq(node)) return node.items.map(item => read(item, context));
  return null;
}

function readMap(map: YAMLMap, context: Context): Json {
  const value = emptyMap();
  const seen = new Map<string, Scalar>();
  for (const pair of map.items) {
    const key = pair.key as Scalar<string>;
    checkKey(key, seen, context);
    value[key.value] = read(pair.value, context);
  }
  return value;
}

function checkKey(key: Scalar<string>, seen: Map<string, Scalar>, context: Context): void {
  const folded = foldKey(key.value);
  const first = seen.get(folded);
  if (first) context.faults.push(repeatedKey(key, first, context.source));
  else seen.set(folded, key);
  if (key.value === '') context.faults.push(emptyKey(key, context.source));
  if (key.value === '<<') context.faults.push(mergeKey(key, context.source));
  checkText(key, context);
}

function repeatedKey(key: Scalar<string>, first: Scalar, source: Source): Fault {
  const same = key.value === first.value;
  const related = [{ place: placeOf(first, source), text: 'first written here' }];
  return {
    code: same ? 'yaml/duplicate-key' : 'yaml/alike-keys',
    detail: same
      ? `"${key.value}" is written twice in one map`
      : alike(key.value, String(first.value)),
    help: same
      ? `keep one "${key.value}:" and put what belongs to it below, or give one another name`
      : 'give one of them another name',
    place: placeOf(key, source),
    related,
  };
}

function emptyKey(key: Scalar, source: Source): Fault {
  return {
    code: 'yaml/key-not-text',
    detail: 'nothing stands before the colon; a key is a name',
    help: 'write a name before the colon, or put the text in single quotes',
    place: placeOf(key, source),
  };
}

function mergeKey(key: Scalar, source: Source): Fault {
  return {
    code: 'yaml/merge-key',
    detail: '"<<" copies the keys of another map to this place',
    help: 'delete the line, and write the keys out here',
    place: placeOf(key, source),
  };
}

function readScalar(scalar: Scalar, context: Context): Json {
  checkText(scalar, context);
  const { value } = scalar;
  if (typeof value === 'number' && String(value) !== scalar.source) {
    context.faults.push(alteredNumber(scalar, value, context.source));
  }
  return value as Json;
}

function alteredNumber(scalar: Scalar, value: number, source: Source): Fault {
  const written = scalar.source ?? '';
  const plain = Number.isSafeInteger(value) ? `, or write ${value} to mean the number` : '';
  return {
    code: 'yaml/altered-number',
    detail: `${written} is a number to YAML, and reads as ${value}`,
    help: `to keep the text, quote it: '${written}'${plain}`,
    place: placeOf(scalar, source),
  };
}

/** Only escapes in double quotes can bring in what the text of the file was checked for. */
function checkText(scalar: Scalar, { source, faults }: Context): void {
  if (scalar.type !== 'QUOTE_DOUBLE' || typeof scalar.value !== 'string') return;
  const fault = escapedFault(scalar.value, source, scalar.range ?? [0, 0]);
  if (fault) faults.push(fault);
}

function placeOf({ range }: Scalar, source: Source): ReturnType<Source['place']> {
  return source.place(range?.[0] ?? 0, range?.[1] ?? 0);
}
