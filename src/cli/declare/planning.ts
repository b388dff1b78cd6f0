import { Option, type Command } from 'commander';
import { format, lockTimeout, onTopology, several, type Start } from './options.ts';

/** Commands from what would change to what was written. */
export function planning(concordat: Command, start: Start): void {
  onTopology(concordat.command('plan'), 'what would change, why, and what it widens', ['markdown'])
    .option('--strict', 'warnings refuse too')
    .option('--from <folder>', 'measure against what a collector read (repeatable)', several)
    .option('--out <file>', 'save the plan, sealed')
    .option('--diff', 'show the change of every rendered file')
    .option('--at <time>', 'plan as if it were this instant (ISO 8601, UTC)')
    .option(
      '--detailed-exitcode',
      'exit 2 when changes are pending; with --from 3 when only servers have drifted, 4 for both',
    )
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/plan.ts')).plan, { topology, ...options }),
    );
  onTopology(concordat.command('prove'), 'check every trust edge of the written files with tokens')
    .option('--plan <file>', 'prove what a saved plan would write, instead')
    .option('--mutate', 'alter every declared literal and show which check notices')
    .option('--no-digests', 'do not compare the files with the manifest')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/prove.ts')).prove, { topology, ...options }),
    );
  onTopology(concordat.command('apply'), 'prove, then write certificates, documents and scripts')
    .option('--plan <file>', 'apply exactly this saved plan')
    .option('--from <folder>', 'what the plan was measured against (repeatable)', several)
    .option('--strict', 'warnings refuse too')
    .option('--auto-approve', 'approve what narrows trust or leaves it as it is')
    .option(
      '--allow-widening <checksum>',
      'approve what widens trust, or cannot simply be taken back',
    )
    .option('--allow-mass-change <checksum>', 'approve that so much changes at once')
    .addOption(lockTimeout())
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/apply.ts')).apply, { topology, ...options }),
    );
}

/** Commands that look at what is there already. */
export function looking(concordat: Command, start: Start): void {
  onTopology(concordat.command('drift'), 'what somebody changed on the servers', ['markdown'])
    .addOption(
      new Option('--from <folder>', 'what a collector read (repeatable)')
        .argParser(several)
        .makeOptionMandatory(),
    )
    .option('--at <time>', 'judge as of this instant (ISO 8601, UTC)')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/drift.ts')).drift, { topology, ...options }),
    );
  concordat
    .command('show')
    .description('print a saved plan or a state')
    .argument('<file>', 'the plan or state')
    .addOption(format('markdown'))
    .action((file: string, options: object) =>
      start(async () => (await import('../commands/show.ts')).show, { file, ...options }),
    );
  concordat
    .command('diagnose')
    .description('from a header, lines of a log or a token to the cause of a refusal')
    .argument('[file]', 'what a server answered or logged, or a token; "-" or none: standard input')
    .addOption(format())
    .option('--from <folder>', 'let what a collector read confirm causes (repeatable)', several)
    .option('--at <time>', 'look at the lifetime of a token as of this instant (ISO 8601, UTC)')
    .action((file: string | undefined, options: object) =>
      start(async () => (await import('../commands/diagnose.ts')).diagnose, { file, ...options }),
    );
  concordat
    .command('diff')
    .description('compare two topologies, revisions of one (REV:PATH) or saved plans')
    .argument('<before>', 'a topology, REV:PATH (REV: is the topology of this folder) or a plan')
    .argument('[after]', 'the same (default: topology.yaml, else topology/)')
    .addOption(format('markdown'))
    .option('--detailed-exitcode', 'exit 2 when they differ')
    .action((before: string, after: string | undefined, options: object) =>
      start(async () => (await import('../commands/diff.ts')).diff, { before, after, ...options }),
    );
}
