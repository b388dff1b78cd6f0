import type { Address, Kind } from '../kernel/address.ts';
import type { JsonObject, Path } from '../kernel/json.ts';
import type { TrustEdge } from './trust-edge.ts';

/** One managed thing: what it must be, and what must stand before it. */
export interface Resource {
  readonly address: Address;
  readonly kind: Kind;
  readonly deployment: string;
  /** The last part of the address, where there is one. */
  readonly name?: string;
  /** Where it was declared. */
  readonly at: Path;
  /** Declared attributes in our words; their digest is what receipts report. */
  readonly attributes: JsonObject;
  /** Attributes not known before keys are prepared; their value is null until then. */
  readonly unknown: readonly string[];
  /** What must be in place first. */
  readonly needs: readonly Address[];
  /** Nothing may remove or replace it, also when it is declared no longer. */
  readonly protect?: true;
  /** Whether we hold the thing ourselves (a key, a document) or a server does. */
  readonly held: 'here' | 'server';
}

/** Topology lowered: what shall exist and who shall trust whom. Both in stable order. */
export interface Graph {
  /** In apply order: dependencies first, ties broken by address. */
  readonly resources: readonly Resource[];
  /** By address. */
  readonly edges: readonly TrustEdge[];
}
