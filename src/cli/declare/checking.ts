import type { Command } from 'commander';
import { onTopology, type Start } from './options.ts';

/** Commands that look at a topology and at what the product knows. */
export function checking(concordat: Command, start: Start): void {
  concordat
    .command('init')
    .description('write a commented starting topology into this folder')
    .argument('[folder]', 'where to write it', '.')
    .option('--name <name>', 'name of the topology')
    .option('--sip-domain <domain>', 'default SIP domain')
    .option('--accepted-domain <domain>', 'default accepted domain')
    .action((folder: string, options: object) =>
      start(async () => (await import('../commands/init.ts')).init, { folder, ...options }),
    );
  onTopology(concordat.command('validate'), 'check a topology and print what is wrong with it')
    .option('--strict', 'warnings refuse too')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/validate.ts')).validate, {
        topology,
        ...options,
      }),
    );
  concordat
    .command('explain')
    .description('the long story of a diagnostic code')
    .argument('[code]', 'such as realm/domain-shape; without it, the list of all')
    .action((code: string | undefined) =>
      start(async () => (await import('../commands/explain.ts')).explain, { code }),
    );
  concordat
    .command('schema')
    .description('print a JSON Schema')
    .argument(
      '[name]',
      'topology, plan, diff, drift, event, evidence, state, receipt, status, diagnosis or product',
      'topology',
    )
    .action((name: string) =>
      start(async () => (await import('../commands/schema.ts')).schema, { name }),
    );
}
