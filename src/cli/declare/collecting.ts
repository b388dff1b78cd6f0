import { Option, type Command } from 'commander';
import { format, named, several, type Start } from './options.ts';

const ONLY_WITH_URL: readonly string[] = ['allowHost', 'allowPrivate', 'ca'];

/** Gathers evidence: by scripts that a person runs, or over the network. Nothing else uses that. */
export function collecting(concordat: Command, start: Start): void {
  const collect = concordat
    .command('collect')
    .description('write scripts that read what servers hold, or fetch public documents')
    .addOption(
      new Option('--product <product>', 'scripts for this family or version only (repeatable)')
        .argParser(several)
        // Of what is fetched nobody says beforehand which product it is.
        .conflicts('url'),
    )
    .option('--url <url>', 'fetch this metadata document instead, https only (repeatable)', several)
    .option(
      '--out <folder>',
      'where to write (default: collect/ for scripts, else evidence/)',
      named,
    )
    .option('--allow-host <host:port>', 'a port that is not 443 (repeatable)', several)
    .option('--allow-private <host>', 'a host of the own network (repeatable)', several)
    .option('--ca <file>', 'trust the servers of this certificate authority, and no others')
    .addOption(format())
    .action((options: { readonly url?: readonly string[] }) => {
      const { url: urls, ...rest } = options;
      if (urls === undefined) demandNoNetwork(collect);
      return urls === undefined
        ? start(async () => (await import('../commands/collect.ts')).collect, options)
        : start(async () => (await import('../commands/collect-url.ts')).collectUrl, {
            urls,
            ...rest,
          });
    });
  importing(concordat, start);
}

function importing(concordat: Command, start: Start): void {
  concordat
    .command('import')
    .description('write a topology of what collectors read on servers')
    .argument('<evidence...>', 'a folder that a collector wrote, or one with several of them')
    .option('--out <file>', 'the topology to write, a new file', named, 'topology.yaml')
    .option('--name <name>', 'name of the topology (default: after the first domain)')
    .option('--at <time>', 'judge evidence and certificates as of this instant (ISO 8601, UTC)')
    .action((evidence: readonly string[], options: object) =>
      start(async () => (await import('../commands/import.ts')).importCommand, {
        evidence,
        ...options,
      }),
    );
}

/** How a document is fetched says nothing of a script; whoever wrote it meant to fetch one. */
function demandNoNetwork(collect: Command): void {
  const options = collect.options.filter(one => ONLY_WITH_URL.includes(one.attributeName()));
  const given = options.find(one => collect.getOptionValue(one.attributeName()) !== undefined);
  if (given) collect.error(`error: option '${given.flags}' needs option '--url <url>'`);
}
