import type { Diagnostic } from '../kernel/report.ts';

/** The rules by which a strict receiver refuses a token. */
export const RULES = {
  V1: 'size, depth and members',
  V2: 'three segments in canonical base64url',
  V3: 'the algorithm its position demands',
  V4: 'a header that selects one configured key',
  V5: 'a thumbprint of the configured certificate',
  V6: 'a key and a certificate fit to sign',
  V7: 'a registered issuer and its signature',
  V8: 'a lifetime that holds now',
  V9: 'an audience that is this receiver',
  V10: 'an application that is this partner',
  V11: 'a level that allows the call',
  V12: 'a user this receiver may know',
  V13: 'not the receiver itself',
  V14: 'the type of token that belongs here',
} as const;

/** The name of a rule. */
export type RuleId = keyof typeof RULES;

/** Why a receiver refuses a token. */
export interface Denial {
  readonly rule: RuleId;
  readonly because: string;
}

/**
 * What a proof is worth. `proved`: signed with the issuer's own key. `structure`: its key is
 * elsewhere, a stand-in signed, the real public half was compared. `assumed`: not even that.
 */
export type Mark = 'proved' | 'structure' | 'assumed';

/** A token that must be accepted, and what became of it. */
export interface PositiveResult {
  readonly case: string;
  /** `after` is the effective date of a certificate roll. */
  readonly when: 'now' | 'after';
  readonly mark: Mark;
  readonly accepted: boolean;
  readonly refused_by: RuleId | null;
}

/** A token that must be refused, by which rule, and by which it was. */
export interface NegativeResult {
  readonly case: string;
  readonly expected: RuleId;
  /** Null when it was accepted. */
  readonly refused_by: RuleId | null;
}

/** What was proved of one trust edge. */
export interface EdgeProof {
  readonly address: string;
  readonly acceptor: string;
  readonly issuer: string;
  readonly mark: Mark;
  readonly verdict: 'passed' | 'failed';
  readonly positive: readonly PositiveResult[];
  readonly negative: readonly NegativeResult[];
}

/** What was proved of written files. */
export interface ProofReport {
  readonly verdict: 'passed' | 'failed';
  readonly edges: readonly EdgeProof[];
  /** Why it failed: each names the edge or the file, most often both. */
  readonly failures: readonly Diagnostic[];
}
