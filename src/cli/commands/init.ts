import { EXIT, initProject } from '../../index.ts';
import type { Run } from '../args.ts';

interface Options {
  readonly folder: string;
  readonly name?: string;
  readonly sipDomain?: string;
  readonly acceptedDomain?: string;
}

/** `concordat init`: asks at a terminal what the flags do not say. */
export const init: Run<Options> = async (options, terminal) => {
  const answer = async (given: string | undefined, question: string, usual: string) => {
    if (given !== undefined || !terminal.interactive) return given ?? usual;
    return (await terminal.ask(`${question} [${usual}] `)).trim() || usual;
  };
  const name = await answer(options.name, 'name of the topology?', 'litware');
  const sipDomain = await answer(options.sipDomain, 'default SIP domain?', `${name}.com`);
  const acceptedDomain = await answer(
    options.acceptedDomain,
    'default accepted domain?',
    sipDomain,
  );
  const written = await initProject(options.folder, { name, sipDomain, acceptedDomain });
  for (const path of written) terminal.out(`wrote ${path}\n`);
  terminal.err(
    `next: edit topology.yaml, then: concordat validate ${options.folder}/topology.yaml\n`,
  );
  return EXIT.done;
};
