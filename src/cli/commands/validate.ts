import { certificateEnds, EXIT, validate as check } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { open, printDiagnostics, refuses } from '../open.ts';
import { humanEnds } from '../views/certificates-human.ts';

/** `concordat validate`: says what is wrong, when certificates end, and nothing else. */
export const validate: Run<CommonOptions> = async (options, terminal) => {
  const project = await open(options, terminal);
  const checked = await check(project);
  printDiagnostics(checked, project, options, terminal);
  if (refuses(checked, options.strict)) return EXIT.invalid;
  if (options.format === 'json') return EXIT.done;
  const named = certificateEnds(checked.subject?.certificates ?? []);
  const ends = humanEnds(named, terminal.width);
  if (ends !== '') terminal.out(`${ends}\n`);
  terminal.out(`${checked.reading.topology?.name ?? ''}: valid\n`);
  return EXIT.done;
};
