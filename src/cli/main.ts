#!/usr/bin/env node
import { EXIT } from '../index.ts';
import { program, usageExit } from './args.ts';
import { refused } from './refused.ts';
import { openTerminal } from './system-terminal.ts';

const terminal = openTerminal(process);
let exit: number = EXIT.done;
try {
  await program(terminal, code => (exit = code)).parseAsync(process.argv);
} catch (error) {
  exit = usageExit(error) ?? refused(error, terminal);
}
process.exitCode = terminal.interruptedBy ?? exit;
