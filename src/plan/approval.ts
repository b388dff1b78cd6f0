import type { Hazard, Plan } from './plan.ts';

/** What an operator granted on the command line. */
export interface Grants {
  readonly autoApprove: boolean;
  /** The checksum whose widening was reviewed. */
  readonly allowWidening: string | undefined;
}

/** What is still missing before the plan may be applied without a person. */
export type Missing = 'nothing' | 'confirmation' | 'widening' | 'hazard';

/**
 * Unattended approval: what narrows or stays may pass; what widens, or warns of what cannot simply
 * be taken back, must be named by its checksum.
 */
export function missingApproval(plan: Plan, grants: Grants): Missing {
  if (plan.checksum !== null && grants.allowWidening === plan.checksum) return 'nothing';
  if (plan.trust.reading === 'widens') return 'widening';
  if (plan.changes.some(change => change.hazards.some(isWarning))) return 'hazard';
  return grants.autoApprove ? 'nothing' : 'confirmation';
}

function isWarning({ severity }: Hazard): boolean {
  return severity === 'warning';
}
