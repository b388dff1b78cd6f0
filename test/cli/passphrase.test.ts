import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterEach, describe, expect, it } from 'vitest';
import { passphrase } from '../../src/cli/passphrase.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { Refusal } from '../../src/index.ts';

const options = { format: 'human' } as const;
const kept = process.env['CONCORDAT_PASSPHRASE_FILE'];
delete process.env['CONCORDAT_PASSPHRASE_FILE'];
afterEach(() => {
  if (kept === undefined) delete process.env['CONCORDAT_PASSPHRASE_FILE'];
});

describe('the passphrase of the key store', () => {
  it('is taken from the file that is named, without its line end', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'concordat-test-')), 'passphrase');
    writeFileSync(file, 'correct horse\r\n');
    const found = await passphrase({ ...options, passphraseFile: file }, typing(), true);
    expect(found?.revealText()).toBe('correct horse');
  });

  it('is asked once for a store that exists, twice for a new one', async () => {
    const open = typing('one');
    expect((await passphrase(options, open, false))?.revealText()).toBe('one');
    const fresh = typing('two', 'two');
    expect((await passphrase(options, fresh, true))?.revealText()).toBe('two');
    expect(fresh.asked).toBe(2);
  });

  it('is refused by cli/passphrase-differs when it was typed in two ways', async () => {
    const refusal = await passphrase(options, typing('two', 'tow'), true).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).diagnostic.code).toBe('cli/passphrase-differs');
  });

  it('is unknown where nobody can be asked', async () => {
    expect(await passphrase(options, { ...typing(), interactive: false }, true)).toBeUndefined();
  });
});

/** A terminal at which somebody types these words. */
function typing(...words: string[]): Terminal & { asked: number } {
  return {
    out: () => {},
    err: () => {},
    colors: pc.createColors(false),
    width: 80,
    interactive: true,
    ask: () => Promise.reject(new Error('nothing but the secret is asked')),
    askSecret() {
      this.asked++;
      return Promise.resolve(words.shift() ?? '');
    },
    interrupted: new AbortController().signal,
    asked: 0,
  };
}
