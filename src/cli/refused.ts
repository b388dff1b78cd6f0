import { EXIT, Refusal } from '../index.ts';
import type { Terminal } from './terminal.ts';
import { humanDiagnostics } from './views/diagnostics-human.ts';

/** Prints why a run stopped and gives the exit code; a bug gets one sentence, never a stack. */
export function refused(error: unknown, terminal: Terminal): number {
  if (error instanceof Refusal) {
    terminal.err(humanDiagnostics([error.diagnostic], new Map(), terminal));
    return error.exit;
  }
  const what = error instanceof Error ? error.message : String(error);
  terminal.err(`concordat stopped on a fault of its own: ${what}\n`);
  terminal.err('help: please report it; what was there before is intact\n');
  return EXIT.failed;
}
