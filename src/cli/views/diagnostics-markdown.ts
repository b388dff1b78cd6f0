import { code, type Diagnostic } from '../../index.ts';
import { humanDiagnostics, type Sources } from './diagnostics-human.ts';
import { COMMENT, folded, marker, PLAIN } from './markdown-parts.ts';
import { joinWithin } from './within.ts';

/** Why there is no plan, as the comment that a plan would have been. */
export function markdownInvalid(diagnostics: readonly Diagnostic[], sources: Sources): string {
  const name = nameIn(sources);
  const of = name === undefined ? '' : ` of ${code(name)}`;
  const text = humanDiagnostics(diagnostics, sources, PLAIN).trimEnd();
  const { head = [], ...found } = folded('Diagnostics', 'text', {
    lines: text.split('\n'),
    cut: { order: 0, what: 'lines of diagnostics' },
  });
  return joinWithin(
    [
      { lines: [marker(name), `## Concordat plan${of}: the topology is refused`, ''] },
      { lines: ['Nothing was planned, and nothing can be applied.', ''] },
      { ...found, head: ['<details open>', ...head.slice(1)] },
      { lines: ['---', '', 'The same with colours: `concordat validate`'] },
    ],
    COMMENT,
  );
}

/** The topology's name, also where its form is wrong: the comment must find its predecessor. */
function nameIn(sources: Sources): string | undefined {
  const texts = [...sources.values()].map(({ text }) => text);
  return texts.map(text => /^name: *["']?([a-z][a-z0-9-]*)/m.exec(text)?.[1]).find(Boolean);
}
