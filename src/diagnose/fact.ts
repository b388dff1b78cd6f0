import type { RuleId } from '../proof/report.ts';

/** A fact that was read and may be shown. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Something in a token for which a receiver refuses it; the text shows nothing of the token. */
export interface Fault {
  readonly check: string;
  readonly rule: RuleId;
  readonly says: string;
  /** Set where many receivers take it: a cause only where nothing else is. */
  readonly isPossible?: true;
}
