import { REFUSALS } from '../generated/refusals.ts';

/** How much a source is worth: the vendor's own page, another page, or what somebody met. */
export type Grade = 'vendor' | 'documented' | 'observed';

/** Where a row comes from. */
export interface Source {
  readonly title: string;
  readonly url: string | null;
  readonly grade: Grade;
}

/** What confirms a cause. Where a command is named, its property can be looked up in evidence. */
export interface Confirmation {
  readonly command: string | null;
  readonly property: string | null;
  readonly expected: string | null;
  readonly text: string;
}

/** What of an input points at a row. Texts are fragments in this order, not patterns. */
export type Match =
  | {
      readonly kind: 'x-ms-diagnostics';
      readonly number?: number;
      readonly category?: string;
      readonly says?: readonly string[];
    }
  | { readonly kind: 'log'; readonly says: readonly string[] }
  | { readonly kind: 'www-authenticate'; readonly is: string; readonly principal?: string }
  | { readonly kind: 'token'; readonly check: string }
  | { readonly kind: 'status'; readonly code: number };

/** A known refusal: a row of the table. */
export interface RefusalRow {
  readonly id: string;
  readonly title: string;
  readonly matches: readonly Match[];
  readonly cause: string;
  readonly confirm: readonly Confirmation[];
  readonly mend: readonly string[];
  /** Rules of the prover that it stands for, with the forgeries they refuse. */
  readonly proves: readonly { readonly rule: string; readonly cases: readonly string[] }[];
  readonly source: Source;
}

/** Every known refusal, in the order of the files. */
export const ROWS = REFUSALS as readonly RefusalRow[];
