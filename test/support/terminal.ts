import picocolors from 'picocolors';
import type { Terminal } from '../../src/cli/terminal.ts';

/** A terminal without anybody, whose words are dropped; a test replaces what it looks at. */
export function nobody(parts: Partial<Terminal> = {}): Terminal {
  return {
    out: () => undefined,
    err: () => undefined,
    colors: picocolors.createColors(false),
    width: 100,
    interactive: false,
    ask: () => Promise.reject(new Error('a question was asked')),
    askSecret: () => Promise.reject(new Error('a secret was asked for')),
    interrupted: new AbortController().signal,
    ...parts,
  };
}
