import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, record as take } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { readGiven, refuse } from '../files.ts';
import { open } from '../open.ts';
import { humanDiagnostics } from '../views/diagnostics-human.ts';
import { humanRecording } from '../views/record-human.ts';

/** `concordat record`: what the scripts reported becomes part of the state. */
export const record: Run<CommonOptions & { readonly receipts?: string }> = async (
  options,
  terminal,
) => {
  const project = await open(options, terminal);
  const folder = options.receipts ?? join(project.folder, 'receipts');
  const receipts = names(folder).map(name => ({
    file: name,
    bytes: readGiven(join(folder, name)),
  }));
  const result = await take(project, receipts);
  if (options.format === 'json') terminal.out(JSON.stringify(result, null, 2) + '\n');
  else {
    if (result.diagnostics.length > 0) {
      terminal.err(humanDiagnostics(result.diagnostics, new Map(), terminal));
    }
    terminal.out(humanRecording(result));
  }
  return result.diagnostics.some(({ severity }) => severity === 'error') ? EXIT.invalid : EXIT.done;
};

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.json'))
      .sort();
  } catch {
    const help = 'copy the receipts back from the servers, then: concordat record FOLDER';
    throw refuse('cli/unreadable', `there is no folder ${folder}`, help);
  }
}
