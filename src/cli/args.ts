import { Command, CommanderError } from 'commander';
import { VERSION } from '../index.ts';
import type { Run } from './command.ts';
import { checking } from './declare/checking.ts';
import { collecting } from './declare/collecting.ts';
import { keeping } from './declare/keeping.ts';
import { keyStore } from './declare/keys.ts';
import type { Start } from './declare/options.ts';
import { looking, planning } from './declare/planning.ts';
import type { Terminal } from './terminal.ts';

/** Every command: one declaration each; what it does is loaded when it is called. */
export function program(terminal: Terminal, finish: (exit: number) => void): Command {
  const start: Start = async (load, options) => {
    const run = (await load()) as Run<object>;
    finish(await run(options, terminal));
  };
  const concordat = new Command('concordat')
    .description('server-to-server trust as code')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: text => terminal.out(text),
      writeErr: text => terminal.err(text),
    })
    .showSuggestionAfterError();
  checking(concordat, start);
  collecting(concordat, start);
  planning(concordat, start);
  looking(concordat, start);
  keyStore(concordat, start);
  keeping(concordat, start);
  return concordat;
}

/** Whether commander stopped by itself, and with which code: help and version are no errors. */
export function usageExit(error: unknown): 0 | 64 | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? 0 : 64;
}
