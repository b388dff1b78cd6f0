import { EXIT, readState, unsealPlan, type Plan, type Snapshot } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { readGiven, refuse } from '../files.ts';
import { humanPlan } from '../views/plan-human.ts';
import { markdownPlan } from '../views/plan-markdown.ts';
import { humanState } from '../views/state-human.ts';

/** `concordat show FILE`: a saved plan or a state, for people or as JSON. */
export const show: Run<CommonOptions & { readonly file: string }> = async (options, terminal) => {
  const bytes = readGiven(options.file);
  const isPlan = kindOf(bytes, options.file) === 'plan';
  const shown = isPlan ? await unsealPlan(bytes, options.file) : await readState(bytes);
  if (options.format === 'json') terminal.out(JSON.stringify(shown, null, 2) + '\n');
  else if (options.format === 'markdown') terminal.out(await markdownPlan(planIn(shown, options)));
  else terminal.out('kind' in shown ? humanPlan(shown, terminal) : humanState(shown));
  return EXIT.done;
};

function planIn(shown: Plan | Snapshot, { file }: { readonly file: string }): Plan {
  if ('kind' in shown) return shown;
  const detail = `${file} is a state; --format markdown is the comment that a plan makes`;
  throw refuse('cli/not-shown', detail, 'name a file of `plan --out`, or leave --format out');
}

/** By what only the one or the other says of itself; the reader then checks all of it. */
function kindOf(bytes: Uint8Array, file: string): 'plan' | 'state' {
  const text = new TextDecoder().decode(bytes);
  if (/"kind"\s*:\s*"plan"/.test(text)) return 'plan';
  if (/"lineage"\s*:/.test(text)) return 'state';
  throw refuse(
    'cli/not-shown',
    `${file} is neither`,
    'name a file of `plan --out`, or a state.json',
  );
}
