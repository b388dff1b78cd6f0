import { isatty } from 'node:tty';
import { collectedIn, diagnose as look, EXIT, isError, Refusal } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { evidenceAt } from '../evidence.ts';
import { readEvidence } from '../files.ts';
import { instant } from '../open.ts';
import { humanDiagnosis } from '../views/diagnosis-human.ts';
import { humanDiagnostics } from '../views/diagnostics-human.ts';

type Options = Pick<CommonOptions, 'format' | 'at'> & {
  readonly file?: string;
  readonly from?: readonly string[];
};

const INPUT = 0;

/** `concordat diagnose`: from a header, lines of a log or a token to the cause of a refusal. */
export const diagnose: Run<Options> = async ({ file = '-', format, at, from }, terminal) => {
  if (file === '-' && isatty(INPUT)) {
    const detail = 'no file is named and standard input is a terminal';
    const help = 'concordat diagnose FILE, or: some-command | concordat diagnose';
    throw new Refusal('cli/no-input', { detail, help }, EXIT.usage);
  }
  const now = at === undefined ? new Date() : instant(at);
  const { evidence, diagnostics } = await collectedIn(await evidenceAt(from));
  if (diagnostics.length > 0) terminal.err(humanDiagnostics(diagnostics, new Map(), terminal));
  if (diagnostics.some(isError)) return EXIT.invalid;
  const diagnosis = await look(await readEvidence(file), now, evidence);
  terminal.out(
    format === 'json'
      ? JSON.stringify(diagnosis, null, 2) + '\n'
      : humanDiagnosis(diagnosis, terminal),
  );
  return diagnosis.causes.length > 0 ? EXIT.done : EXIT.failed;
};
