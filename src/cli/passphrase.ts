import { readFile } from 'node:fs/promises';
import { EXIT, Refusal, Secret } from '../index.ts';
import type { CommonOptions } from './command.ts';
import { refuse } from './files.ts';
import type { Terminal } from './terminal.ts';

/** From a file, else from the environment's file, else from a person; else nobody knows it. */
export async function passphrase(
  options: CommonOptions,
  terminal: Terminal,
  fresh: boolean,
): Promise<Secret | undefined> {
  const file = options.passphraseFile ?? process.env['CONCORDAT_PASSPHRASE_FILE'];
  if (file !== undefined) return new Secret(withoutNewline(await readSecretFile(file)));
  if (!terminal.interactive) return undefined;
  const typed = await terminal.askSecret('passphrase of the key store: ');
  if (!fresh || (await terminal.askSecret('once more, to be sure: ')) === typed) {
    return new Secret(typed);
  }
  throw refuse(
    'cli/passphrase-differs',
    'the two passphrases differ',
    'nothing was made; try again',
  );
}

function withoutNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}

async function readSecretFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new Refusal(
      'cli/passphrase-file',
      {
        detail: `${file} cannot be read`,
        help: 'name a file that holds the passphrase of the key store and nothing else',
      },
      EXIT.invalid,
    );
  }
}
