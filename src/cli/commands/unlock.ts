import { EXIT, unlock as release } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { open } from '../open.ts';

interface Options extends CommonOptions {
  readonly id: string;
  readonly ifExpired?: boolean;
}

/** `concordat unlock ID`: releases the lock of a run that is known to be gone. */
export const unlock: Run<Options> = async (options, terminal) => {
  const holder = await release(await open(options, terminal), options.id, options.ifExpired);
  terminal.out(`Released ${holder}.\n`);
  return EXIT.done;
};
