import { isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import type { Path } from '../kernel/json.ts';
import type { Place } from '../kernel/report.ts';

/** The path of what stands at a place of a text that we wrote. */
export function pathAt(text: string, { line, column }: Place): Path {
  const before = text.split('\n').slice(0, line - 1);
  const at = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  const path: (string | number)[] = [];
  let node: unknown = parseDocument(text).contents;
  for (;;) {
    const step = stepTo(node, at);
    if (!step) return path;
    path.push(step.key);
    node = step.value;
  }
}

function stepTo(
  node: unknown,
  at: number,
): { readonly key: string | number; readonly value: unknown } | undefined {
  if (isSeq(node)) {
    const key = node.items.findIndex(item => holds(item as Node, at));
    return key < 0 ? undefined : { key, value: node.items[key] };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(
    ({ key, value }) => holds(key as Node, at) || (value !== null && holds(value as Node, at)),
  );
  if (!pair || !isScalar(pair.key)) return undefined;
  return { key: String(pair.key.value), value: holds(pair.key, at) ? undefined : pair.value };
}

/** An empty range holds its own place. */
function holds({ range }: Node, at: number): boolean {
  const [from = 0, to = 0] = range ?? [];
  return at >= from && at < Math.max(to, from + 1);
}
