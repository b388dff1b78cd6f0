import type { Command } from 'commander';
import { lockTimeout, onTopology, type Start } from './options.ts';

/** Commands on the key store. */
export function keyStore(concordat: Command, start: Start): void {
  const keys = concordat.command('keys').description('the encrypted key store');
  onTopology(keys.command('prepare'), 'make the keys and certificates that the plan needs')
    .addOption(lockTimeout())
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/keys.ts')).prepare, { topology, ...options }),
    );
  onTopology(keys.command('list'), 'prepared keys and the ends of their certificates').action(
    (topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/keys.ts')).list, { topology, ...options }),
  );
  onTopology(keys.command('export'), 'write one key and certificate as a PFX file')
    .requiredOption('--address <address>', 'certificate/ and the deployment')
    .requiredOption('--pfx <file>', 'the file to write (never overwritten)')
    .requiredOption('--password-file <file>', 'holds the password of the PFX file')
    .action((topology: string | undefined, options: object) =>
      start(async () => (await import('../commands/keys.ts')).exportKey, { topology, ...options }),
    );
}
