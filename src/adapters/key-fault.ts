import { EXIT } from '../kernel/exit.ts';
import { Refusal, type Code } from '../kernel/report.ts';

const HELP = {
  'keys/locked':
    'give the passphrase with --passphrase-file FILE, in a file that CONCORDAT_PASSPHRASE_FILE ' +
    'names, or at a terminal',
  'keys/wrong-passphrase': 'run the same command again with the passphrase the store was made with',
  'keys/passphrase-too-short': 'choose a longer one: five random words are easy to type',
  'keys/damaged': 'put that file back from a backup or from version control; nothing was changed',
  'keys/format': 'use the version of concordat that wrote it, or a newer one',
  'keys/exposed': 'run as the user who owns it, or take the rights of others away by hand',
} as const satisfies Partial<Record<Code, string>>;

/** A refusal of the key store; nothing was written. */
export function refuseKey(code: keyof typeof HELP, detail: string): Refusal {
  return new Refusal(code, { detail, help: HELP[code] }, EXIT.failed);
}
