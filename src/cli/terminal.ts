import type { Colors } from 'picocolors/types.js';

/** What a command may do with the outside: two streams, colours, a width and perhaps a person. */
export interface Terminal {
  /** The product: what a pipeline reads. */
  out(text: string): void;
  /** Progress and complaints. */
  err(text: string): void;
  readonly colors: Colors;
  readonly width: number;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Asks one line; never without a person. */
  ask(question: string): Promise<string>;
  /** Asks for a secret: what is typed is not shown. */
  askSecret(question: string): Promise<string>;
  /** Aborted by the first interrupt; from the first look at it on, a step under way is finished. */
  readonly interrupted: AbortSignal;
}
