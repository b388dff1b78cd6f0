import { IMPORTS } from '../generated/imports.ts';
import type { Expression } from './product.ts';

/** How what was read of a family's servers becomes a deployment in a topology. */
export interface ImportFacts {
  readonly family: string;
  /** Its name; `{version}` is the id of its version. */
  readonly deployment: Expression;
  /** Name of its realm. */
  readonly realm: string;
  /** Commands without whose answers nothing can be said of it. */
  readonly needs: readonly string[];
  /** The default domain of its realm, and all of them. */
  readonly default: Expression;
  readonly domains: Expression;
  /** The value of its realm where a server states one. */
  readonly pinned: Expression;
  readonly settings: Readonly<Record<string, Expression>>;
  /** Setting to what a person must look at there. */
  readonly asks: Readonly<Record<string, string>>;
  /** Of a partner object: the base64 of the certificate that was handed over. */
  readonly certificate?: Expression;
}

/** What is known of a family; nothing where it cannot be imported. */
export function importFacts(family: string): ImportFacts | undefined {
  const all: readonly ImportFacts[] = IMPORTS;
  return all.find(one => one.family === family);
}
