import type { Plan } from './plan.ts';

/** What an operator granted on the command line. */
export interface Grants {
  readonly autoApprove: boolean;
  /** The checksum whose widening was reviewed. */
  readonly allowWidening: string | undefined;
}

/** What is still missing before the plan may be applied without a person. */
export type Missing = 'nothing' | 'confirmation' | 'widening';

/** Unattended approval: what narrows or stays may pass; what widens must be named by checksum. */
export function missingApproval(plan: Plan, grants: Grants): Missing {
  if (plan.checksum !== null && grants.allowWidening === plan.checksum) return 'nothing';
  if (plan.trust.reading === 'widens') return 'widening';
  return grants.autoApprove ? 'nothing' : 'confirmation';
}
