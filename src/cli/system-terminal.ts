import { fstatSync, writeFileSync } from 'node:fs';
import pc from 'picocolors';
import { EXIT, Refusal } from '../index.ts';
import type { Terminal } from './terminal.ts';

/** The terminal of this process; remembers by which signal it was interrupted. */
export interface SystemTerminal extends Terminal {
  readonly interruptedBy: number | undefined;
}

/** Opens the process's streams. */
export function openTerminal(process: NodeJS.Process): SystemTerminal {
  const { stdin, stdout, stderr, env } = process;
  const interrupts = hearInterrupts(process);
  // A reader that went away (`concordat plan | head`) is no error, and no reason to stop halfway.
  stdout.on('error', () => {});
  stderr.on('error', () => {});
  const colored = stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    out: keepsShortWrites(stdout)
      ? text => writeWhole(stdout.fd, text)
      : text => void stdout.write(text),
    err: text => void stderr.write(text),
    colors: pc.createColors(colored),
    width: Math.max(40, (stdout.columns ?? Number(env['COLUMNS'] ?? 80)) || 80),
    interactive: Boolean(stdin.isTTY && stderr.isTTY),
    ask: question => answer({ stdin, output: stderr }, question),
    askSecret: async question => {
      stderr.write(question);
      const { Writable } = await import('node:stream');
      // What is typed is echoed into a stream that drops it.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const typed = await answer({ stdin, output: nowhere }, '');
      stderr.write('\n');
      return typed;
    },
    get interrupted() {
      return interrupts.listen();
    },
    get interruptedBy() {
      return interrupts.by();
    },
  };
}

/**
 * The first signal finishes the step, a second one stops at once. Until somebody listens there is
 * no step, and a signal ends the process as the system does: also amid a long computation.
 */
function hearInterrupts(process: NodeJS.Process) {
  const abort = new AbortController();
  let interruptedBy: number | undefined;
  const interrupt = (exit: number) => () => {
    if (interruptedBy !== undefined) process.exit(exit);
    interruptedBy = exit;
    process.stderr.write('\ninterrupted: finishing this step; once more stops at once\n');
    abort.abort();
  };
  const listen = (): AbortSignal => {
    if (process.listenerCount('SIGINT') === 0) {
      process.on('SIGINT', interrupt(EXIT.interrupted));
      process.on('SIGTERM', interrupt(EXIT.terminated));
    }
    return abort.signal;
  };
  return { listen, by: () => interruptedBy };
}

/** Whether a stream is a file or device, where Node writes once and ignores what was not taken. */
function keepsShortWrites({ isTTY, fd }: NodeJS.WriteStream & { readonly fd: 1 }): boolean {
  if (isTTY) return false;
  const here = fstatSync(fd);
  return here.isFile() || here.isCharacterDevice();
}

function writeWhole(descriptor: number, text: string): void {
  try {
    writeFileSync(descriptor, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const detail = `what was printed is not whole: ${why}`;
    const help = 'print it to another place, or free some room; then run the same command again';
    throw new Refusal('cli/output-lost', { detail, help }, EXIT.failed);
  }
}

interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly output: NodeJS.WritableStream;
}

/** One line that a person types. Ctrl+C at a question leaves everything as it is. */
async function answer({ stdin, output }: Streams, question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: stdin, output, terminal: true });
  try {
    return await lines.question(question);
  } catch {
    const detail = 'the question was not answered; nothing was written';
    const help = 'run the same command again when you have decided';
    throw new Refusal('cli/interrupted', { detail, help }, EXIT.interrupted);
  } finally {
    lines.close();
  }
}
