import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, isPlanned, plan as propose, status as follow, type Project } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { open, printDiagnostics } from '../open.ts';
import { receiptsIn } from '../receipts.ts';
import { harmless } from '../views/cells.ts';
import { humanDiagnostics } from '../views/diagnostics-human.ts';
import { humanStatus } from '../views/status-human.ts';

interface Options extends CommonOptions {
  readonly receipts?: string;
  readonly for?: string;
}

/** `concordat status`: which step ran where, what is next and whose it is. Writes nothing. */
export const status: Run<Options> = async (options, terminal) => {
  const project = await open(options, terminal);
  // When a certificate has ended, what stands where is asked for more than ever.
  const planned = await propose(project, { suffered: ['certificate/ended'] });
  if (!isPlanned(planned)) {
    printDiagnostics(planned, project, options, terminal);
    return EXIT.invalid;
  }
  const told = await follow(project, planned, receiptsOf(options, project));
  const { findings, receipts } = told.status;
  if (options.format === 'json') terminal.out(JSON.stringify(told.status, null, 2) + '\n');
  else {
    const all = findings.map(one => ({ ...one, related: [] }));
    if (all.length > 0) terminal.err(humanDiagnostics(all, new Map(), terminal));
    const { colors, width } = terminal;
    const keysMissing = planned.plan.missing.includes('keys');
    const style = { colors, width, receipts: options.receipts, keysMissing };
    const side = options.for;
    terminal.out(side === undefined ? humanStatus(told.status, style) : shown(told.handOut(side)));
  }
  return receipts.files > 0 && receipts.read === 0 ? EXIT.invalid : EXIT.done;
};

/** Receipts are foreign: nothing of them may move a cursor, in a page of ours neither. */
function shown(page: string): string {
  return page.split('\n').map(harmless).join('\n');
}

/** A folder that is named must be there; the usual one comes with the first receipt. */
function receiptsOf({ receipts }: Options, { folder }: Project): ReturnType<typeof receiptsIn> {
  const usual = join(folder, 'receipts');
  if (receipts === undefined && !existsSync(usual)) return [];
  return receiptsIn(receipts ?? usual);
}
