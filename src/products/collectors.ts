import { COLLECTORS } from '../generated/collectors.ts';

/** What the read-only script of a family reads on its servers: the whole of it. */
export interface Collector {
  readonly family: string;
  readonly title: string;
  /** Every version of the family; one script serves them all. */
  readonly versions: readonly string[];
  /** The names of its management shell. */
  readonly shells: readonly string[];
  /** On which server, and how often. */
  readonly where: string;
  /** The least roles, of which one is enough. */
  readonly roles: readonly string[];
  readonly commands: readonly CollectedCommand[];
  /** Where the thumbprints of the certificates in use stand. */
  readonly certificates: { readonly command: string; readonly properties: readonly string[] };
  readonly never: readonly string[];
}

/** One command of the closed list. */
export interface CollectedCommand {
  readonly command: string;
  /** Read instead where a version does not have the command. */
  readonly otherwise?: string;
  /** What it is called with, beside what every call says. */
  readonly parameters?: string;
  /** No other property is written. */
  readonly properties: readonly string[];
  readonly reads: string;
}

/** The collectors of all families, or the one that serves a family or version; perhaps none. */
export function collectorsFor(product?: string): readonly Collector[] {
  const all: readonly Collector[] = COLLECTORS;
  if (product === undefined) return all;
  return all.filter(({ family, versions }) => [family, ...versions].includes(product));
}
