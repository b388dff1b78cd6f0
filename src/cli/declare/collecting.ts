import type { Command } from 'commander';
import type { Start } from './options.ts';

/** Commands that gather evidence. Only here is the network touched. */
export function collecting(concordat: Command, start: Start): void {
  concordat
    .command('collect-url')
    .description('fetch public metadata documents as evidence')
    .argument('<urls...>', 'their addresses, https only')
    .option('--out <folder>', 'where folders of evidence are written', 'evidence')
    .option('--allow-host <host:port>', 'a port that is not 443 (may be repeated)', add)
    .option('--allow-private <host>', 'a host of the own network (may be repeated)', add)
    .option('--ca <file>', 'trust the servers of this certificate authority, and no others')
    .action((urls: string[], options: object) =>
      start(async () => (await import('../commands/collect-url.ts')).collectUrl, {
        urls,
        ...options,
      }),
    );
}

function add(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word];
}
