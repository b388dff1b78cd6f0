import { join } from 'node:path';
import { EXIT, record as take } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { open } from '../open.ts';
import { receiptsIn } from '../receipts.ts';
import { humanDiagnostics } from '../views/diagnostics-human.ts';
import { humanRecording } from '../views/record-human.ts';

/** `concordat record`: what the scripts reported becomes part of the state. */
export const record: Run<CommonOptions & { readonly receipts?: string }> = async (
  options,
  terminal,
) => {
  const project = await open(options, terminal);
  const folder = options.receipts ?? join(project.folder, 'receipts');
  const result = await take(project, receiptsIn(folder));
  if (options.format === 'json') terminal.out(JSON.stringify(result, null, 2) + '\n');
  else {
    if (result.diagnostics.length > 0) {
      terminal.err(humanDiagnostics(result.diagnostics, new Map(), terminal));
    }
    terminal.out(humanRecording(result));
  }
  return result.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.invalid : EXIT.done;
};
