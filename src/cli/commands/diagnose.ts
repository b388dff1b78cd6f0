import { isatty } from 'node:tty';
import { diagnose as look, EXIT, Refusal } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { readEvidence } from '../files.ts';
import { instant } from '../open.ts';
import { humanDiagnosis } from '../views/diagnosis-human.ts';

type Options = Pick<CommonOptions, 'format' | 'at'> & { readonly file?: string };

const INPUT = 0;

/** `concordat diagnose`: from a header, lines of a log or a token to the cause of a refusal. */
export const diagnose: Run<Options> = async ({ file = '-', format, at }, terminal) => {
  if (file === '-' && isatty(INPUT)) {
    const detail = 'no file is named and standard input is a terminal';
    const help = 'concordat diagnose FILE, or: some-command | concordat diagnose';
    throw new Refusal('cli/no-input', { detail, help }, EXIT.usage);
  }
  const now = at === undefined ? new Date() : instant(at);
  const diagnosis = await look(await readEvidence(file), now);
  terminal.out(
    format === 'json'
      ? JSON.stringify(diagnosis, null, 2) + '\n'
      : humanDiagnosis(diagnosis, terminal),
  );
  return diagnosis.causes.length > 0 ? EXIT.done : EXIT.failed;
};
