import { drift as measure, EXIT, isDrifted, isError, type Drift } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { evidenceAt } from '../evidence.ts';
import { open, printDiagnostics } from '../open.ts';
import type { Terminal } from '../terminal.ts';
import { humanDrift } from '../views/drift-human.ts';
import { markdownDrift } from '../views/drift-markdown.ts';
import { wrap } from '../views/wrap.ts';

interface Options extends CommonOptions {
  readonly from: readonly string[];
}

/** `concordat drift`: declared, recorded and observed side by side. Writes nothing. */
export const drift: Run<Options> = async (options, terminal) => {
  const project = await open(options, terminal);
  const { checked, drift: found } = await measure(project, await evidenceAt(options.from));
  if (!found) {
    printDiagnostics(checked, project, options, terminal);
    return EXIT.invalid;
  }
  if (options.format !== 'json') {
    const { reading } = checked;
    printDiagnostics({ reading, diagnostics: found.diagnostics }, project, options, terminal);
  }
  terminal.out(shown(found, options, terminal));
  terminal.err(whatElse(found, terminal));
  return exitOf(found);
};

function shown(found: Drift, { format }: Options, terminal: Terminal): string {
  if (format === 'json') return JSON.stringify(found, null, 2) + '\n';
  return format === 'markdown' ? markdownDrift(found) : humanDrift(found, terminal);
}

const LOOK_THERE =
  'next: run the scripts of concordat collect there, and name what they wrote by --from too';

/** What is no drift, and keeps a clean exit from saying all. */
function whatElse({ pending, unseen, complete }: Drift, { width }: Terminal): string {
  const addresses = [...new Set(unseen.map(({ address }) => address))].join(', ');
  const changes = `pending, no drift: ${pending.join(', ')} (concordat plan)`;
  return [
    ...(pending.length > 0 ? [changes] : []),
    ...(complete ? [] : [`incomplete: ${addresses} not seen`, LOOK_THERE]),
  ]
    .map(line => `${wrap(line, '', width)}\n`)
    .join('');
}

function exitOf(found: Drift): number {
  if (isDrifted(found)) return found.pending.length > 0 ? EXIT.driftAndChanges : EXIT.drift;
  // What servers cannot sign with is no drift, and no clean exit either.
  return found.complete && !found.diagnostics.some(isError) ? EXIT.done : EXIT.invalid;
}
