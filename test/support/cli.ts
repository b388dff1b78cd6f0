import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built command; `npm test` builds it first. */
export const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** The environment of a call that takes place in 2030, when the receipts of tests have come. */
export const LATER = { NODE_OPTIONS: `--import ${new URL('later.mjs', import.meta.url).href}` };

/** How one call of the command ended. */
export interface Call {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own with an example in it and a passphrase outside of the project. */
export interface Bench {
  readonly folder: string;
  run(words: readonly string[], env?: Readonly<Record<string, string>>): Call;
}

/** Copies an example (without what is expected of it) into a fresh folder. */
export function bench(example: string): Bench {
  const root = mkdtempSync(join(tmpdir(), 'concordat-test-'));
  const folder = join(root, 'project');
  const source = fileURLToPath(new URL(`../../examples/${example}`, import.meta.url));
  cpSync(source, folder, { recursive: true, filter: path => !path.includes('/expected') });
  const passphrase = join(root, 'passphrase');
  writeFileSync(passphrase, 'correct horse battery staple\n', { mode: 0o600 });
  return {
    folder,
    run: (words, env = {}) =>
      call(words, folder, { CONCORDAT_PASSPHRASE_FILE: passphrase, ...env }),
  };
}

/** Calls the real command in a folder, without a terminal. */
export function call(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Call {
  const done = spawnSync(process.execPath, [COMMAND, ...words], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100', ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { exit: done.status, out: done.stdout, err: done.stderr };
}
