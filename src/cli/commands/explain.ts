import { EXIT, explanations } from '../../index.ts';
import type { Run } from '../command.ts';
import { explainCode, listCodes } from '../views/explain.ts';

/** `concordat explain CODE`: the long story; without a code, what codes there are. */
export const explain: Run<{ readonly code?: string }> = async ({ code }, terminal) => {
  const stories = await explanations();
  terminal.out(code === undefined ? listCodes(stories) : explainCode(stories, code, terminal));
  return EXIT.done;
};
