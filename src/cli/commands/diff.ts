import { readFileSync, statSync } from 'node:fs';
import {
  compare,
  declared,
  EXIT,
  openProject,
  openRevision,
  sideOf,
  unsealPlan,
  type Comparison,
  type Side,
} from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { refuse } from '../files.ts';
import { renamed, seenFromHere, type Findings } from '../open.ts';
import type { Terminal } from '../terminal.ts';
import { humanDiagnostics } from '../views/diagnostics-human.ts';
import { jsonDiagnostics } from '../views/diagnostics-json.ts';
import { humanComparison } from '../views/diff-human.ts';
import { markdownComparison } from '../views/diff-markdown.ts';

type Options = Pick<CommonOptions, 'format'> & {
  readonly before: string;
  readonly after?: string;
  readonly detailedExitcode?: boolean;
};

/** One of the two: what it leads to, or why it cannot be compared. */
interface Given {
  readonly named: string;
  readonly side?: Side;
  readonly findings?: Findings;
}

/** `concordat diff`: what differs between two topologies or plans, and what that does to trust. */
export const diff: Run<Options> = async (options, terminal) => {
  const [before, after] = [await given(options.before), await given(options.after)];
  if (!before.side || !after.side) {
    complain([before, after], options, terminal);
    return EXIT.invalid;
  }
  if (before.side.of !== after.side.of) {
    const detail = `${before.named} is a ${before.side.of}, ${after.named} a ${after.side.of}`;
    throw refuse('cli/not-comparable', detail, 'name two topologies or two saved plans');
  }
  const comparison = await compare(before.side, after.side);
  terminal.out(printed(comparison, options, terminal));
  return options.detailedExitcode && comparison.different ? EXIT.changes : EXIT.done;
};

/** What is there has this name; only then is a word with a colon a revision. */
async function given(word: string | undefined): Promise<Given> {
  const found = word === undefined ? undefined : statSync(word, { throwIfNoEntry: false });
  const plan = word !== undefined && found?.isFile() ? planAt(word) : undefined;
  if (word !== undefined && plan) {
    return { named: word, side: await sideOf(await unsealPlan(plan, word)) };
  }
  const revision = word === undefined || found ? undefined : await openRevision(word);
  const project = revision ?? (await openProject(word === undefined ? {} : { topology: word }));
  const { checked, side } = await declared(project);
  const findings = revision
    ? renamed(checked, file => `${revision.folder}/${file}`.replace(':./', ':'))
    : seenFromHere(checked, project);
  return { named: word ?? 'the topology here', findings, ...(side && { side }) };
}

function planAt(file: string): Uint8Array | undefined {
  const bytes = readFileSync(file);
  const text = new TextDecoder().decode(bytes);
  return text.startsWith('{') && /"kind"\s*:\s*"plan"/.test(text) ? bytes : undefined;
}

/** All that refuses either of them, and which it is. */
function complain(both: readonly Given[], { format }: Options, terminal: Terminal): void {
  const broken = both.filter(({ side }) => !side);
  if (format === 'json') {
    const diagnostics = broken.flatMap(({ findings }) => findings?.diagnostics ?? []);
    const sources = broken.flatMap(({ findings }) => [...(findings?.sources ?? [])]);
    terminal.out(jsonDiagnostics(diagnostics, new Map(sources)));
    return;
  }
  for (const { named, findings } of broken) {
    terminal.err(`${named} is refused:\n\n`);
    if (!findings) continue;
    terminal.err(humanDiagnostics(findings.diagnostics, findings.sources, terminal));
  }
}

function printed(comparison: Comparison, { format }: Options, terminal: Terminal): string {
  if (format === 'json') return JSON.stringify(comparison, null, 2) + '\n';
  if (format === 'markdown') return markdownComparison(comparison);
  return humanComparison(comparison, terminal);
}
