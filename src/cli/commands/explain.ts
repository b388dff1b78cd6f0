import { EXIT, explainCode, listCodes } from '../../index.ts';
import type { Run } from '../args.ts';
import { humanExplanation } from '../views/explain.ts';

/** `concordat explain CODE`: the long story; without a code, what codes there are. */
export const explain: Run<{ readonly code?: string }> = async ({ code }, terminal) => {
  if (code === undefined) {
    for (const { name, summary } of await listCodes())
      terminal.out(`${name.padEnd(34)} ${summary}\n`);
    return EXIT.done;
  }
  terminal.out(humanExplanation(await explainCode(code), terminal));
  return EXIT.done;
};
