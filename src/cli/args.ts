import { Command, CommanderError, Option } from 'commander';
import { VERSION } from '../index.ts';
import type { Run } from './command.ts';
import type { Terminal } from './terminal.ts';

type Start = (load: () => Promise<Run<never>>, options: object) => Promise<void>;

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
  planning(concordat, start);
  keeping(concordat, start);
  return concordat;
}

/** Whether commander stopped by itself, and with which code: help and version are no errors. */
export function usageExit(error: unknown): 0 | 64 | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? 0 : 64;
}

function checking(concordat: Command, start: Start): void {
  concordat
    .command('init')
    .description('write a commented starting topology into this folder')
    .argument('[folder]', 'where to write it', '.')
    .option('--name <name>', 'name of the topology')
    .option('--sip-domain <domain>', 'default SIP domain')
    .option('--accepted-domain <domain>', 'default accepted domain')
    .action((folder: string, options: object) =>
      start(async () => (await import('./commands/init.ts')).init, { folder, ...options }),
    );
  onTopology(concordat.command('validate'), 'check a topology and print what is wrong with it')
    .option('--strict', 'warnings refuse too')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('./commands/validate.ts')).validate, {
        topology,
        ...options,
      }),
    );
  concordat
    .command('explain')
    .description('the long story of a diagnostic code')
    .argument('[code]', 'such as realm/domain-shape; without it, the list of all')
    .action((code: string | undefined) =>
      start(async () => (await import('./commands/explain.ts')).explain, { code }),
    );
  concordat
    .command('schema')
    .description('print a JSON Schema')
    .argument('[name]', 'topology, plan, state, receipt or product', 'topology')
    .action((name: string) =>
      start(async () => (await import('./commands/schema.ts')).schema, { name }),
    );
}

function planning(concordat: Command, start: Start): void {
  onTopology(concordat.command('plan'), 'what would change, why, and what it widens')
    .option('--strict', 'warnings refuse too')
    .option('--out <file>', 'save the plan, sealed')
    .option('--diff', 'show the change of every rendered file')
    .option('--at <time>', 'plan as if it were this instant (ISO 8601, UTC)')
    .option('--detailed-exitcode', 'exit 2 when changes are pending')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('./commands/plan.ts')).plan, { topology, ...options }),
    );
  concordat
    .command('show')
    .description('print a saved plan or a state')
    .argument('<file>', 'the plan or state')
    .addOption(format())
    .action((file: string, options: object) =>
      start(async () => (await import('./commands/show.ts')).show, { file, ...options }),
    );
  onTopology(concordat.command('prove'), 'check every trust edge of the written files with tokens')
    .option('--plan <file>', 'prove what a saved plan would write, instead')
    .option('--mutate', 'alter every declared literal and show which check notices')
    .option('--no-digests', 'do not compare the files with the manifest')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('./commands/prove.ts')).prove, { topology, ...options }),
    );
  onTopology(concordat.command('apply'), 'prove, then write certificates, documents and scripts')
    .option('--plan <file>', 'apply exactly this saved plan')
    .option('--strict', 'warnings refuse too')
    .option('--auto-approve', 'approve what narrows trust or leaves it as it is')
    .option('--allow-widening <checksum>', 'approve the widening that this checksum names')
    .option('--allow-mass-change <checksum>', 'approve that so much changes at once')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('./commands/apply.ts')).apply, { topology, ...options }),
    );
}

function keeping(concordat: Command, start: Start): void {
  const keys = concordat.command('keys').description('the encrypted key store');
  onTopology(keys.command('prepare'), 'make the keys and certificates that the plan needs').action(
    (topology: string | undefined, options: object) =>
      start(async () => (await import('./commands/keys.ts')).prepare, { topology, ...options }),
  );
  onTopology(keys.command('list'), 'prepared keys and the ends of their certificates').action(
    (topology: string | undefined, options: object) =>
      start(async () => (await import('./commands/keys.ts')).list, { topology, ...options }),
  );
  onTopology(keys.command('export'), 'write one key and certificate as a PFX file')
    .requiredOption('--address <address>', 'certificate/ and the deployment')
    .requiredOption('--pfx <file>', 'the file to write (never overwritten)')
    .requiredOption('--password-file <file>', 'holds the password of the PFX file')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('./commands/keys.ts')).exportKey, { topology, ...options }),
    );
  concordat
    .command('record')
    .description('take the receipts that scripts wrote into the state')
    .argument('[receipts]', 'their folder (default: receipts/ beside the topology)')
    .option('--topology <path>', 'file or folder (default: topology.yaml, else topology/)')
    .addOption(format())
    .action((receipts: string | undefined, options: object) =>
      start(async () => (await import('./commands/record.ts')).record, { receipts, ...options }),
    );
  const state = concordat.command('state').description('what is recorded');
  stateCommands(state, start);
  stateElsewhere(state, start);
  concordat
    .command('unlock')
    .description('release the lock of a run that is known to be gone')
    .argument('<id>', 'as the refused command printed it')
    .option('--topology <path>', 'file or folder (default: topology.yaml, else topology/)')
    .option('--if-expired', "only when the holder's lease has ended")
    .action((id: string, options: object) =>
      start(async () => (await import('./commands/unlock.ts')).unlock, { id, ...options }),
    );
}

function stateCommands(state: Command, start: Start): void {
  const loaded = () => import('./commands/state.ts');
  onState(state.command('list'), 'every resource, and how much is known of it').action(
    (options: object) => start(async () => (await loaded()).list, options),
  );
  onState(state.command('show'), 'all that is recorded of one resource')
    .argument('<address>', 'as `state list` prints it')
    .action((address: string, options: object) =>
      start(async () => (await loaded()).show, { address, ...options }),
    );
  onState(state.command('history'), 'former states, and changes by hand with their reasons').action(
    (options: object) => start(async () => (await loaded()).history, options),
  );
  onState(state.command('confirm'), 'take a resource for made, or removed, without a receipt')
    .argument('<address>', 'as `state list` prints it')
    .requiredOption('--reason <text>', 'how you know; kept in the history')
    .action((address: string, options: object) =>
      start(async () => (await loaded()).confirm, { address, ...options }),
    );
  onState(state.command('rm'), 'forget a resource; no server is touched')
    .argument('<address>', 'as `state list` prints it')
    .requiredOption('--reason <text>', 'why; kept in the history')
    .action((address: string, options: object) =>
      start(async () => (await loaded()).rm, { address, ...options }),
    );
}

function stateElsewhere(state: Command, start: Start): void {
  const loaded = () => import('./commands/state.ts');
  onState(state.command('pull'), 'print the state, for a place that is shared').action(
    (options: object) => start(async () => (await loaded()).pull, options),
  );
  onState(state.command('push'), 'take a newer state of the same history from a file')
    .argument('<file>', 'what `state pull` printed elsewhere')
    .action((file: string, options: object) =>
      start(async () => (await loaded()).push, { file, ...options }),
    );
}

function onState(command: Command, description: string): Command {
  return command
    .description(description)
    .option('--topology <path>', 'file or folder (default: topology.yaml, else topology/)')
    .addOption(format());
}

function onTopology(command: Command, description: string): Command {
  return command
    .description(description)
    .argument('[topology]', 'file or folder (default: topology.yaml, else topology/)')
    .addOption(format())
    .option('--artifacts <folder>', 'where rendered files go (default: artifacts/)')
    .option('--passphrase-file <file>', 'opens the key store');
}

function format(): Option {
  return new Option('--format <format>', 'how results are printed')
    .choices(['human', 'json'])
    .default('human');
}
