import type { Address, Kind } from '../kernel/address.ts';
import type { JsonObject } from '../kernel/json.ts';

/** What we believe of the servers, resource by resource, after the last apply or record. */
export interface Snapshot {
  readonly format_version: string;
  /** Identity of the history: made once, never changed. */
  readonly lineage: string;
  /** Counts changes of managed content; +1 each, never otherwise. */
  readonly serial: number;
  readonly topology: string;
  /** UTC instant of the last change; of a state before 1.1 it is not known. */
  readonly as_of?: string;
  /** By address. */
  readonly resources: readonly StateEntry[];
  /** Trust edges as last applied, by address. */
  readonly edges: readonly StateEdge[];
  /** Files of the last apply, path to SHA-256: only these may be deleted. */
  readonly artifacts: Readonly<Record<string, string>>;
  /** Checksums of the plans that were applied, newest last. */
  readonly applied: readonly string[];
  /** What people changed here by hand, newest last. */
  readonly by_hand: readonly HandEntry[];
}

/** A change of the state that a person made, and why. */
export interface HandEntry {
  /** Of the state that it made. */
  readonly serial: number;
  readonly at: string;
  readonly did: 'confirm' | 'mv' | 'rm';
  readonly address: string;
  /** After `mv`: what it is called now. */
  readonly to?: string;
  readonly reason: string;
}

/** How far clocks are apart: what Kerberos allows, and then some. Servers date entries, too. */
export const CLOCK_SKEW = 10 * 60 * 1000;

/** How much we know: files written, the script's receipt came back, seen on the server. */
export type Standing = 'rendered' | 'deployed' | 'verified' | 'removing';

/** What is recorded of one resource. */
export interface StateEntry {
  readonly address: Address;
  readonly kind: Kind;
  readonly deployment: string;
  readonly product: string;
  readonly held: 'here' | 'server';
  readonly standing: Standing;
  readonly attributes: JsonObject;
  /** SHA-256 over the canonical attributes. */
  readonly digest: string;
  /** The script that makes it so, relative to the artifacts; null where nothing runs. */
  readonly script: string | null;
  /**
   * DER in base64 of a certificate that was made here: with it a plan is exact where the key store
   * is not.
   */
  readonly certificate?: string;
  /** A plan must not remove or replace it, though it were declared no longer. */
  readonly protect?: true;
  /** What it was called before, oldest first: receipts of then speak of it so. */
  readonly formerly?: readonly Formerly[];
  /** The name that an import claims it has; gone when a receipt or evidence shows it. */
  readonly claim?: string;
  /** UTC instant since which it stands so. */
  readonly since: string;
}

/** A former name of a resource. */
export interface Formerly {
  readonly address: string;
  readonly script: string | null;
}

/** A trust edge as recorded; compared to read what a plan widens. */
export interface StateEdge {
  readonly address: string;
  readonly attributes: JsonObject;
}
