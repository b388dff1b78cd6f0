import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** Markdown as a parser reads it that had no part in writing it: GitHub's dialect. */
export function parsed(text: string): Root {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

/** Every node of a tree, parents first. */
export function nodesOf(node: Nodes): Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap(nodesOf) : [])];
}

/**
 * A tree without what stands in code spans and fences, where alone foreign text may be: what is
 * left has to be the same whatever that text says.
 */
export function skeleton(node: Nodes): unknown {
  if (node.type === 'inlineCode') return 'code';
  if (node.type === 'code') return ['fence', node.lang];
  if ('children' in node) return [node.type, ...node.children.map(skeleton)];
  return [node.type, 'value' in node ? node.value : undefined];
}
