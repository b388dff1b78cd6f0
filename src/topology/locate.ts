import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Path } from '../kernel/json.ts';
import type { Locate, Part, Place } from '../kernel/report.ts';
import type { Tree } from './parse.ts';

/** A value of one file; several files may hold parts of one map or list. */
interface Spot {
  readonly tree: Tree;
  readonly key?: Node;
  readonly node: unknown;
}

/**
 * Finds places by walking the trees on demand: most runs ask for none, so none are kept. What is
 * not written has the place of the nearest thing around it that is.
 */
export function createLocate(trees: readonly Tree[]): Locate {
  return (at, part) => {
    const { spot, whole } = find(trees, at);
    return spot && placeOf(spot, whole ? part : 'key');
  };
}

/** The text of a scalar as it was written, before YAML made a number or a word of it. */
export function writtenText(trees: readonly Tree[], at: Path): string | undefined {
  const { spot, whole } = find(trees, at);
  return whole && isScalar(spot?.node) ? spot.node.source : undefined;
}

function find(trees: readonly Tree[], at: Path): { spot: Spot | undefined; whole: boolean } {
  let spots: readonly Spot[] = trees.map(tree => ({ tree, node: tree.root() }));
  for (const step of at) {
    const inner = typeof step === 'string' ? entries(spots, step) : items(spots, step);
    if (inner.length === 0) return { spot: spots[0], whole: false };
    spots = inner;
  }
  return { spot: spots[0], whole: true };
}

function entries(spots: readonly Spot[], name: string): Spot[] {
  return spots.flatMap(({ tree, node }) => {
    if (!isMap(node)) return [];
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === name);
    return pair ? [{ tree, key: pair.key as Node, node: pair.value }] : [];
  });
}

/** Lists of several files are joined, so an index counts on from file to file. */
function items(spots: readonly Spot[], index: number): Spot[] {
  let before = 0;
  for (const { tree, node } of spots) {
    if (!isSeq(node)) continue;
    if (index < before + node.items.length) return [{ tree, node: node.items[index - before] }];
    before += node.items.length;
  }
  return [];
}

function placeOf({ tree, key, node }: Spot, part: Part): Place {
  const range = rangeOf(part === 'key' ? (key ?? node) : node) ?? rangeOf(key) ?? [0, 0];
  return tree.source.place(range[0], range[1]);
}

/** The range of a node that has any text: an empty value has the place of its key. */
function rangeOf(node: unknown): readonly [number, number] | undefined {
  const range = (node as Node | undefined | null)?.range;
  return range && range[1] > range[0] ? [range[0], range[1]] : undefined;
}
