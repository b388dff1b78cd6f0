import { Option, type Command } from 'commander';
import { format, lockTimeout, onState, onTopology, type Start } from './options.ts';

/** Commands on what is recorded, and on its lock. */
export function keeping(concordat: Command, start: Start): void {
  concordat
    .command('record')
    .description('take the receipts that scripts wrote into the state')
    .argument('[receipts]', 'their folder (default: receipts/ beside the topology)')
    .option('--topology <path>', 'file or folder (default: topology.yaml, else topology/)')
    .addOption(format())
    .addOption(lockTimeout())
    .action((receipts: string | undefined, options: object) =>
      start(async () => (await import('../commands/record.ts')).record, { receipts, ...options }),
    );
  onTopology(concordat.command('status'), 'which step of the runbook ran, and whose turn it is')
    .option('--receipts <folder>', 'where receipts are (default: receipts/ beside the topology)')
    .addOption(
      // JSON says the same of all sides.
      new Option('--for <deployment>', 'a page for those who run its steps, as Markdown').conflicts(
        'format',
      ),
    )
    .option('--at <time>', 'count days from this instant (ISO 8601, UTC)')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/status.ts')).status, { topology, ...options }),
    );
  const state = concordat.command('state').description('what is recorded');
  stateCommands(state, start);
  stateElsewhere(state, start);
  locks(concordat, start);
}

const NO_ID =
  'error: which lock? Give its id, as `concordat lock list` prints it, ' +
  'or --if-expired to release one whose lease has ended';

function locks(concordat: Command, start: Start): void {
  const lock = concordat.command('lock').description('the lock of a project');
  onState(lock.command('list'), 'who holds the lock, since when, and whether it still runs').action(
    (options: object) => start(async () => (await import('../commands/lock.ts')).list, options),
  );
  concordat
    .command('unlock')
    .description('release the lock of a run that is known to be gone')
    .argument('[id]', 'as `concordat lock list` prints it; with --if-expired it may be left out')
    .option('--topology <path>', 'file or folder (default: topology.yaml, else topology/)')
    .option('--if-expired', 'only when its lease has ended, or its holder is known to be gone')
    .action(async (id: string | undefined, options: { ifExpired?: boolean }, command: Command) => {
      if (id === undefined && !options.ifExpired) command.error(NO_ID);
      await start(async () => (await import('../commands/lock.ts')).unlock, { id, ...options });
    });
}

function stateCommands(state: Command, start: Start): void {
  const loaded = () => import('../commands/state.ts');
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
    .addOption(lockTimeout())
    .action((address: string, options: object) =>
      start(async () => (await loaded()).confirm, { address, ...options }),
    );
  onState(state.command('mv'), 'call a resource otherwise; no server is touched')
    .addOption(lockTimeout())
    .argument('<address>', 'as `state list` prints it')
    .argument('<to>', 'its new address, of the same kind')
    .requiredOption('--reason <text>', 'why; kept in the history')
    .action((address: string, to: string, options: object) =>
      start(async () => (await loaded()).mv, { address, to, ...options }),
    );
  onState(state.command('rm'), 'forget a resource; no server is touched')
    .argument('<address>', 'as `state list` prints it')
    .requiredOption('--reason <text>', 'why; kept in the history')
    .addOption(lockTimeout())
    .action((address: string, options: object) =>
      start(async () => (await loaded()).rm, { address, ...options }),
    );
}

function stateElsewhere(state: Command, start: Start): void {
  const loaded = () => import('../commands/state.ts');
  onState(state.command('pull'), 'print the state, for a place that is shared').action(
    (options: object) => start(async () => (await loaded()).pull, options),
  );
  onState(state.command('push'), 'take a newer state of the same history from a file')
    .argument('<file>', 'what `state pull` printed elsewhere')
    .addOption(lockTimeout())
    .action((file: string, options: object) =>
      start(async () => (await loaded()).push, { file, ...options }),
    );
}
