import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import pc from 'picocolors';
import { EXIT } from '../index.ts';
import type { Terminal } from './terminal.ts';

/** The terminal of this process; remembers by which signal it was interrupted. */
export interface SystemTerminal extends Terminal {
  readonly interruptedBy: number | undefined;
}

/** Opens the process's streams. The first signal finishes the step, a second one stops at once. */
export function openTerminal(process: NodeJS.Process): SystemTerminal {
  const { stdin, stdout, stderr, env } = process;
  const abort = new AbortController();
  let interruptedBy: number | undefined;
  const interrupt = (exit: number) => () => {
    if (interruptedBy !== undefined) process.exit(exit);
    interruptedBy = exit;
    stderr.write('\ninterrupted: finishing this step; once more stops at once\n');
    abort.abort();
  };
  process.on('SIGINT', interrupt(EXIT.interrupted));
  process.on('SIGTERM', interrupt(EXIT.terminated));
  // A reader that went away (`concordat plan | head`) is no error.
  stdout.on('error', () => process.exit(EXIT.done));
  const colored = stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    out: text => void stdout.write(text),
    err: text => void stderr.write(text),
    colors: pc.createColors(colored),
    width: Math.max(40, (stdout.columns ?? Number(env['COLUMNS'] ?? 80)) || 80),
    interactive: Boolean(stdin.isTTY && stderr.isTTY),
    ask: async question => {
      const lines = createInterface({ input: stdin, output: stderr });
      try {
        return await lines.question(question, { signal: abort.signal });
      } finally {
        lines.close();
      }
    },
    askSecret: question => typedUnseen(process, question),
    interrupted: abort.signal,
    get interruptedBy() {
      return interruptedBy;
    },
  };
}

/** Reads a line with nothing echoed: readline writes what is typed into a stream that drops it. */
async function typedUnseen({ stdin, stderr }: NodeJS.Process, question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true });
  stderr.write(question);
  try {
    return await lines.question('');
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
