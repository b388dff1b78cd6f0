import { EXIT, readState, unsealPlan } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { readGiven, refuse } from '../files.ts';
import { humanPlan } from '../views/plan-human.ts';
import { humanState } from '../views/state-human.ts';

/** `concordat show FILE`: a saved plan or a state, for people or as JSON. */
export const show: Run<CommonOptions & { readonly file: string }> = async (options, terminal) => {
  const bytes = readGiven(options.file);
  const isPlan = kindOf(bytes, options.file) === 'plan';
  const shown = isPlan ? await unsealPlan(bytes, options.file) : await readState(bytes);
  if (options.format === 'json') terminal.out(JSON.stringify(shown, null, 2) + '\n');
  else if ('kind' in shown) terminal.out(humanPlan(shown, terminal));
  else terminal.out(humanState(shown));
  return EXIT.done;
};

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
