import { EXIT, readShown } from '../../index.ts';
import type { CommonOptions, Run } from '../args.ts';
import { humanPlan } from '../views/plan-human.ts';
import { humanState } from '../views/state-human.ts';

/** `concordat show FILE`: a saved plan or a state, for people or as JSON. */
export const show: Run<CommonOptions & { readonly file: string }> = async (options, terminal) => {
  const shown = await readShown(options.file);
  if (options.format === 'json') {
    terminal.out(
      JSON.stringify(shown.kind === 'plan' ? shown.plan : shown.snapshot, null, 2) + '\n',
    );
  } else if (shown.kind === 'plan') terminal.out(humanPlan(shown.plan, terminal));
  else terminal.out(humanState(shown.snapshot));
  return EXIT.done;
};
