import {
  driftOf,
  EXIT,
  isEmpty,
  isPlanned,
  plan as propose,
  sealPlan,
  type Change,
  type Checked,
  type EvidenceFiles,
  type Plan,
  type Planned,
  type Project,
} from '../../index.ts';
import { applyCommand } from '../approve.ts';
import type { CommonOptions, Run } from '../command.ts';
import { evidenceAt } from '../evidence.ts';
import { writeNew } from '../files.ts';
import { open, printDiagnostics, refuses, seenFromHere } from '../open.ts';
import type { Terminal } from '../terminal.ts';
import { artifactDiff } from '../views/artifact-diff.ts';
import { markdownInvalid } from '../views/diagnostics-markdown.ts';
import { humanPlan } from '../views/plan-human.ts';
import { markdownPlan } from '../views/plan-markdown.ts';

interface Options extends CommonOptions {
  readonly out?: string;
  readonly diff?: boolean;
  readonly detailedExitcode?: boolean;
  readonly from?: readonly string[];
}

const BROKEN_OFF = 'an earlier apply was broken off; concordat apply goes on from there\n';

/** `concordat plan`: what would change and why; writes nothing but `--out`. */
export const plan: Run<Options> = async (options, terminal) => {
  const project = await open(options, terminal);
  const evidence = await evidenceAt(options.from);
  const planned = await propose(project, { evidence });
  const json = options.format === 'json';
  if (!json || !isPlanned(planned)) printDiagnostics(planned, project, options, terminal);
  if (!isPlanned(planned)) {
    if (options.format === 'markdown') terminal.out(refusal(planned, project));
    return EXIT.invalid;
  }
  const files = options.diff ? await artifactDiff(planned, project.world.artifacts) : '';
  terminal.out(await shown(planned.plan, files, { ...options, terminal }));
  if (!json && (await project.world.state.readJournal())) terminal.err(BROKEN_OFF);
  // What only shows beside the recorded state is found with the rest of the plan in sight.
  if (refuses(planned, options.strict)) return EXIT.invalid;
  if (options.out !== undefined) {
    await writeNew(options.out, await sealPlan(planned.plan));
    terminal.err(saved(planned.plan, { ...options, plan: options.out }));
  } else if (!json) terminal.err(next(planned.plan, options));
  return options.detailedExitcode ? detailed(planned, project, evidence) : EXIT.done;
};

/** Whether changes are pending, and apart from that, whether servers have drifted. */
async function detailed(
  { plan: proposed, ...checked }: Planned,
  { world }: Project,
  evidence: readonly EvidenceFiles[],
): Promise<number> {
  if (isEmpty(proposed)) return EXIT.done;
  // Without the recorded state nobody can tell drift from change.
  if (evidence.length === 0 || proposed.missing.includes('state')) return EXIT.changes;
  const { drift: found } = await driftOf(checked, world, evidence);
  if (!found) return EXIT.changes;
  // What is accepted stays in the plan, and so it counts here.
  const drifted = new Set(found.drift.map(({ address }) => address));
  for (const address of found.pending) drifted.delete(address);
  const changes = proposed.changes.filter(one => !drifted.has(one.address) && !isNews(one));
  const isPending = !isEmpty({ ...proposed, changes });
  if (found.drift.length === 0) return isPending ? EXIT.changes : EXIT.done;
  return isPending ? EXIT.driftAndChanges : EXIT.drift;
}

/** It was seen as it is declared, which is only new to the record. */
function isNews({ actions, because }: Change): boolean {
  return actions[0] === 'keep' && because.every(({ code }) => code === 'seen');
}

async function shown(
  proposed: Plan,
  files: string,
  { format, terminal }: Pick<Options, 'format'> & { readonly terminal: Terminal },
): Promise<string> {
  if (format === 'markdown') return markdownPlan(proposed, files);
  if (format === 'json') return JSON.stringify(proposed, null, 2) + '\n' + files;
  return humanPlan(proposed, terminal) + files;
}

function refusal(checked: Checked, project: Project): string {
  const { diagnostics, sources } = seenFromHere(checked, project);
  return markdownInvalid(diagnostics, sources);
}

/** What can be done with a plan that was saved: a preview has no checksum, and is never applied. */
function saved(plan: Plan, options: Options & { readonly plan: string }): string {
  return plan.checksum === null
    ? `saved as a preview, which cannot be applied\n${next(plan, options)}`
    : `saved; apply it with: ${applyCommand(options)}\n`;
}

function next(plan: Plan, options: Options): string {
  if (isEmpty(plan) && plan.complete) return '';
  if (plan.complete) return `next: ${applyCommand(options)}\n`;
  // New keys beside those that the state names would be a second set of them.
  return plan.missing.includes('state')
    ? 'next: bring .concordat/state.json back; the project has one, and it is not here\n'
    : 'next: concordat keys prepare, so that the plan can show exact bytes\n';
}
