import { inspect } from 'node:util';

const SILENT = '<secret>';

/** Private bytes that cannot print: text, JSON and inspection all say `<secret>`. */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array | string) {
    this.#bytes = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  }

  /** The one way out; search for it to audit every use. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** The secret as text, for interfaces that take nothing else. */
  revealText(): string {
    return new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes);
  }

  toString(): string {
    return SILENT;
  }

  toJSON(): string {
    return SILENT;
  }

  [inspect.custom](): string {
    return SILENT;
  }
}
