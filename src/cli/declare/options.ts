import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Run } from '../command.ts';

/** Calls a command that is loaded only now. */
export type Start = (load: () => Promise<Run<never>>, options: object) => Promise<void>;

/** A command on a topology. */
export function onTopology(
  command: Command,
  description: string,
  formats: readonly string[] = [],
): Command {
  return command
    .description(description)
    .argument('[topology]', 'file or folder (default: topology.yaml, else topology/)')
    .addOption(format(...formats))
    .option('--artifacts <folder>', 'where rendered files go (default: artifacts/)')
    .option('--passphrase-file <file>', 'opens the key store');
}

/** A command on what is kept beside a topology. */
export function onState(command: Command, description: string): Command {
  return command
    .description(description)
    .option('--topology <path>', 'file or folder (default: topology.yaml, else topology/)')
    .addOption(format());
}

/** How results are printed. */
export function format(...more: readonly string[]): Option {
  return new Option('--format <format>', 'how results are printed')
    .choices(['human', 'json', ...more])
    .default('human');
}

const DURATION = /^(\d{1,5})([smh])$/;
const MILLISECONDS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** How long a command that changes the project waits for another one; milliseconds, once read. */
export function lockTimeout(): Option {
  const flags = '--lock-timeout <duration>';
  return new Option(flags, 'wait so long for another run (such as 30s, 5m; default: 0s)').argParser(
    text => {
      const [, count, unit = ''] = DURATION.exec(text) ?? [];
      const one = MILLISECONDS[unit];
      if (one !== undefined) return Number(count) * one;
      throw new InvalidArgumentError('Expected seconds, minutes or hours, such as 30s, 5m or 1h.');
    },
  );
}

/** An option that may be given again, each time with one more value. */
export function several(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A file or folder to write; an empty name, as of a variable that is not set, is none. */
export function named(value: string): string {
  if (value.trim() !== '') return value;
  throw new InvalidArgumentError('Expected a name; . is the current folder.');
}
