import { code, type Comparison } from '../../index.ts';
import { attributeLines } from './change-diff.ts';
import { fileLines, noteWords, SIGNS, summary } from './diff-human.ts';
import { clipped, COMMENT, folded } from './markdown-parts.ts';
import { edgeWords } from './plan-human.ts';
import { joinWithin } from './within.ts';

/** What differs, as Markdown; foreign text stands only in code spans and fences. */
export function markdownComparison(comparison: Comparison): string {
  const changed = comparison.trust.edges.filter(({ reading }) => reading !== 'same');
  const facts = comparison.facts.map(
    ({ name, before, after }) => `- ${name}: ${code(before ?? '')} → ${code(after ?? '')}`,
  );
  return joinWithin(
    [
      { lines: [`## ${summary(comparison)}`, ''] },
      { lines: facts, tail: [''] },
      {
        head: ['### Trust', ''],
        lines: changed.map(edge => `- **${edge.reading}** ${code(clipped(edgeWords(edge)))}`),
        tail: [''],
        cut: { order: 2, what: 'edges' },
      },
      folded('Every attribute', 'diff', {
        lines: comparison.resources.flatMap(resourceLines),
        cut: { order: 0, what: 'lines of attributes' },
      }),
      folded('Files written otherwise', 'diff', {
        lines: fileLines(comparison).map(line => line.trimStart()),
        cut: { order: 1, what: 'files' },
      }),
    ],
    COMMENT,
  );
}

function resourceLines(one: Comparison['resources'][number]): string[] {
  const { address, difference, before, after } = one;
  return [
    ...noteWords(one).map(words => `# ${words}`),
    `${SIGNS[difference]} ${address}`,
    ...(difference === 'moved' ? [] : attributeLines({ before, after, after_unknown: [] })),
    '',
  ];
}
