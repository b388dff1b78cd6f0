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
  /** How evidence is judged by itself; without it, it is shown and a person compares. */
  readonly check?: Check;
  /** The fact of a token beside which it may be put, also where nothing points at its row. */
  readonly compares?: string;
}

/** What a property says where its row is not the cause, by one of the first three. */
export interface Check {
  /** A pattern, whatever the case of letters. */
  readonly is?: string;
  /** An instant that has not come yet. */
  readonly after?: 'now';
  /** A thumbprint: its certificate is on that server with its key, or has not ended. */
  readonly certificate?: 'held' | 'lasts';
  /** Property to pattern: only such objects count. */
  readonly of?: Readonly<Record<string, string>>;
  /**
   * Whether every object must say so, or one is enough; `all` unless told. `same` is for objects of
   * which nobody knows which one is meant: those that disagree decide nothing.
   */
  readonly among?: 'all' | 'any' | 'same';
  /** What it means that there is no such object; nothing unless told. */
  readonly none?: 'confirms';
  /** Other reasons are left where it says so; else it speaks against the cause. */
  readonly meets?: 'open';
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
