import type { Code } from '../kernel/report.ts';
import type { Bundle } from './bundle.ts';
import type { ProofInput } from './input.ts';

/** What a check of written files looks at, and where it says what it finds. */
export interface Inspection {
  readonly bundle: Bundle;
  readonly input: ProofInput;
  /** Reports one finding about one file. */
  say(code: Code, file: string, detail: string, edge?: string): void;
}
