import { EXIT, isEmpty, isPlanned, plan as propose, sealPlan, type Plan } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { writeNew } from '../files.ts';
import { open, printDiagnostics, refuses } from '../open.ts';
import { artifactDiff } from '../views/artifact-diff.ts';
import { humanPlan } from '../views/plan-human.ts';

interface Options extends CommonOptions {
  readonly out?: string;
  readonly diff?: boolean;
  readonly detailedExitcode?: boolean;
}

/** `concordat plan`: what would change and why; writes nothing but `--out`. */
export const plan: Run<Options> = async (options, terminal) => {
  const project = await open(options, terminal);
  const planned = await propose(project);
  const json = options.format === 'json';
  if (!json || !isPlanned(planned)) printDiagnostics(planned, project, options, terminal);
  if (!isPlanned(planned)) return EXIT.invalid;
  terminal.out(
    json ? JSON.stringify(planned.plan, null, 2) + '\n' : humanPlan(planned.plan, terminal),
  );
  // What only shows beside the recorded state is found with the rest of the plan in sight.
  if (refuses(planned, options.strict)) return EXIT.invalid;
  if (options.diff) terminal.out(await artifactDiff(planned, project.world.artifacts));
  if (options.out !== undefined) {
    await writeNew(options.out, await sealPlan(planned.plan));
    terminal.err(`saved; apply it with: concordat apply --plan ${options.out}\n`);
  } else if (!json) terminal.err(next(planned.plan));
  return options.detailedExitcode && !isEmpty(planned.plan) ? EXIT.changes : EXIT.done;
};

function next(plan: Plan): string {
  if (isEmpty(plan) && plan.complete) return '';
  if (plan.complete) return 'next: concordat apply\n';
  const missing = plan.changes.some(({ after_unknown }) => after_unknown.length > 0);
  return missing
    ? 'next: concordat keys prepare, so that the plan can show exact bytes\n'
    : 'next: bring .concordat/state.json back; the project has one, and it is not here\n';
}
