import { canonical } from '../kernel/canonical.ts';
import { emptyMap, isObject, type Json, type JsonObject, type Path } from '../kernel/json.ts';
import type { Place } from '../kernel/report.ts';
import type { Fault } from './fault.ts';
import { alike, foldKey } from './fold-key.ts';
import { createLocate, writtenText } from './locate.ts';
import type { Tree } from './parse.ts';

/** All files as one value, and why they do not make one. */
export interface Merging {
  readonly value: JsonObject;
  readonly faults: readonly Fault[];
}

interface Part {
  readonly tree: Tree;
  readonly value: Json;
}

/** The one scalar that every file states. */
const VERSION = 'apiVersion';

/** Makes one topology of all files: maps by key, lists joined, anything else once. */
export function merge(trees: readonly Tree[]): Merging {
  const maps = trees.filter(({ value }) => isObject(value));
  const faults = trees.filter(({ value }) => !isObject(value)).map(notAMap);
  const parts = maps.map(tree => ({ tree, value: tree.value }));
  const value = mergeParts(parts, [], faults) ?? {};
  if (trees.length > 1) faults.push(...versionFaults(maps));
  return { value: value as JsonObject, faults };
}

function notAMap(tree: Tree): Fault {
  const empty = tree.value === null;
  return {
    code: empty ? 'topology/empty' : 'topology/not-a-map',
    detail: empty
      ? 'the file holds nothing; a topology was expected'
      : 'the file holds a list or a single value; keys such as "apiVersion:" were expected',
    help: empty ? 'write the topology, or delete the file' : 'begin with: apiVersion: concordat/v1',
    place: place(tree, []),
    // One word in a file may be a passphrase.
    ...(!empty && !Array.isArray(tree.value) && { masked: true }),
  };
}

function mergeParts(parts: readonly Part[], at: Path, faults: Fault[]): Json {
  const [first, second] = parts;
  if (!first || !second) return first?.value ?? null;
  if (parts.every(({ value }) => isObject(value))) return mergeMaps(parts, at, faults);
  if (parts.every(({ value }) => Array.isArray(value))) return joinLists(parts, at, faults);
  if (at.length > 1 || at[0] !== VERSION) faults.push(writtenTwice(first, second, at));
  return first.value;
}

function mergeMaps(parts: readonly Part[], at: Path, faults: Fault[]): Json {
  const byKey = new Map<string, Part[]>();
  for (const { tree, value } of parts) {
    for (const [key, item] of Object.entries(value as JsonObject)) {
      const known = byKey.get(key);
      if (known) known.push({ tree, value: item });
      else byKey.set(key, [{ tree, value: item }]);
    }
  }
  faults.push(...alikeKeys(byKey, at));
  const merged = emptyMap();
  for (const [key, items] of byKey) merged[key] = mergeParts(items, [...at, key], faults);
  return merged;
}

function alikeKeys(byKey: ReadonlyMap<string, readonly Part[]>, at: Path): Fault[] {
  const seen = new Map<string, string>();
  return [...byKey].flatMap(([key, [part]]) => {
    const first = seen.get(foldKey(key));
    if (first === undefined) seen.set(foldKey(key), key);
    const other = first === undefined ? undefined : byKey.get(first)?.[0];
    if (!part || !other || first === undefined) return [];
    const fault: Fault = {
      code: 'yaml/alike-keys',
      detail: alike(key, first),
      help: 'give one of them another name, or write both the same way',
      place: place(part.tree, [...at, key], 'key'),
      related: [{ place: place(other.tree, [...at, first], 'key'), text: 'first written here' }],
    };
    return [fault];
  });
}

/** Equal entries in two files are one that was copied, or two that were not thought through. */
function joinLists(parts: readonly Part[], at: Path, faults: Fault[]): Json {
  const entries = parts.flatMap(({ tree, value }) =>
    (value as readonly Json[]).map((item, index) => ({ tree, item, at: [...at, index] })),
  );
  const seen = new Map<string, (typeof entries)[number]>();
  for (const entry of entries) {
    const text = canonical(entry.item);
    const first = seen.get(text);
    if (first) faults.push(entryTwice(place(entry.tree, entry.at), place(first.tree, first.at)));
    else seen.set(text, entry);
  }
  return entries.map(({ item }) => item);
}

function entryTwice(second: Place, first: Place): Fault {
  return {
    code: 'topology/entry-twice',
    detail: 'the files of a topology make one list here, and this entry is in it twice',
    help: 'delete one of the two',
    place: second,
    related: [{ place: first, text: 'first written here' }],
  };
}

function writtenTwice(first: Part, second: Part, at: Path): Fault {
  const name = String(at[at.length - 1]);
  const same = kindOf(first.value) === kindOf(second.value);
  return {
    code: same ? 'topology/written-twice' : 'topology/kind-differs',
    detail: same
      ? `"${name}" is written in two files of the topology; neither wins over the other`
      : `"${name}" is ${kindOf(second.value)} here and ${kindOf(first.value)} in another file`,
    help: same ? 'keep it in one of the files' : 'write the same kind of value in both files',
    place: place(second.tree, at, 'key'),
    related: [{ place: place(first.tree, at, 'key'), text: 'first written here' }],
  };
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'a map' : 'a single value';
}

/** A topology without any version is a matter of its shape; here the files are compared. */
function versionFaults(trees: readonly Tree[]): Fault[] {
  const versionOf = ({ value }: Tree) => (value as JsonObject)[VERSION];
  const model = trees.find(tree => versionOf(tree) !== undefined);
  if (!model) return [];
  return trees.flatMap(tree => {
    const version = versionOf(tree);
    if (version === undefined) return [versionMissing(tree, model)];
    return version === versionOf(model) ? [] : [versionDiffers(tree, model)];
  });
}

function versionMissing(tree: Tree, model: Tree): Fault {
  const version = writtenText([model], [VERSION]) ?? '';
  return {
    code: 'topology/version-missing',
    detail: 'every file of a topology states its language, and this one does not',
    help: `write at the top of the file: apiVersion: ${version}`,
    place: tree.source.place(0, 0),
  };
}

function versionDiffers(tree: Tree, model: Tree): Fault {
  return {
    code: 'topology/versions-differ',
    detail: 'the files of one topology are written in different languages',
    help: 'write the same apiVersion in every file',
    place: place(tree, [VERSION]),
    related: [{ place: place(model, [VERSION]), text: 'the other one' }],
  };
}

function place(tree: Tree, at: Path, part: 'key' | 'value' = 'value'): Place {
  return createLocate([tree])(at, part) ?? tree.source.place(0, 0);
}
