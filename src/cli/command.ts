import type { Terminal } from './terminal.ts';

/** What a command returns: its exit code. */
export type Run<Options> = (options: Options, terminal: Terminal) => Promise<number>;

/** Options that every command on a topology takes. */
export interface CommonOptions {
  readonly topology?: string;
  readonly format: 'human' | 'json' | 'markdown';
  readonly passphraseFile?: string;
  readonly artifacts?: string;
  readonly strict?: boolean;
  readonly at?: string;
  /** Milliseconds. */
  readonly lockTimeout?: number;
}
