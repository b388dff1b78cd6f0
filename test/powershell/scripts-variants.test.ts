import { describe } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { renderExample, type Rendered } from '../support/rendered.ts';
import { renderVariants } from '../language/variants.ts';
import { runScripts, type Wanted } from './running.ts';

describe.skipIf(!hasEngine)('the scripts of variants', () => {
  runScripts('variants', async () => {
    const examples = await Promise.all(
      ['lync-exchange', 'skype-exchange-se'].map(one => renderExample(one)),
    );
    const known = new Set(examples.flatMap(digestsOf));
    const variants = await renderVariants();
    return variants.map(rendered => onlyNew(rendered, known));
  });
});

/** Only what no example has: the rest was run there. */
function onlyNew(rendered: Rendered, known: ReadonlySet<string>): Wanted {
  const own = new Map(
    rendered.proposal.artifacts.map(({ path, bytes }) => [
      path,
      Buffer.from(bytes).toString('latin1'),
    ]),
  );
  return { rendered, isWanted: script => !known.has(own.get(script) ?? '') };
}

function digestsOf({ proposal }: Rendered): string[] {
  return proposal.artifacts.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
}
