import type { Hazard, Plan } from './plan.ts';

/** What an operator granted on the command line. */
export interface Grants {
  readonly autoApprove: boolean;
  /** The checksum whose widening was reviewed. */
  readonly allowWidening: string | undefined;
  /** The checksum of which it was reviewed that so much changes at once. */
  readonly allowMassChange: string | undefined;
}

/** An approval that is still missing. */
export type Missing = 'confirmation' | 'widening' | 'hazard' | 'mass-change';

/**
 * Unattended approval; what comes back is missing. What narrows or stays may pass; what widens, or
 * warns of what cannot simply be taken back, must be named by its checksum, and so must, by a word
 * of its own, what changes very much at once.
 */
export function missingApprovals(plan: Plan, grants: Grants): readonly Missing[] {
  const names = (sum: string | undefined) => plan.checksum !== null && sum === plan.checksum;
  const widened = names(grants.allowWidening);
  const massive = plan.mass_change.length > 0 && !names(grants.allowMassChange);
  const missing: Missing[] = [
    ...(widened ? [] : unseen(plan)),
    ...(massive ? (['mass-change'] as const) : []),
  ];
  if (missing.length > 0 || widened || names(grants.allowMassChange)) return missing;
  return grants.autoApprove ? [] : ['confirmation'];
}

function unseen({ trust, changes }: Plan): Missing[] {
  if (trust.reading === 'widens') return ['widening'];
  return changes.some(({ hazards }) => hazards.some(isWarning)) ? ['hazard'] : [];
}

function isWarning({ severity }: Hazard): boolean {
  return severity === 'warning';
}
