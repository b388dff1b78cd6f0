import { canonical } from '../kernel/canonical.ts';
import type { Json } from '../kernel/json.ts';
import { CLOCK_SKEW, type Snapshot } from '../state/snapshot.ts';
import type { Plan } from './plan.ts';

const LIFETIME_DAYS = 14;
const DAY = 86_400_000;

/**
 * Why a saved plan must not be applied now, in words; empty when it may. `fresh` is the plan that
 * the same inputs give today.
 */
export function misfits(
  saved: Plan,
  fresh: Plan,
  snapshot: Snapshot | undefined,
  now: Date,
): string[] {
  const same = (a: unknown, b: unknown): boolean => canonical(a as Json) === canonical(b as Json);
  const age = now.getTime() - Date.parse(saved.clock);
  // Without its state a project is at serial 0 of no history, and that would be said three times.
  const isLost = saved.lineage !== null && snapshot === undefined;
  const reasons: [boolean, string][] = [
    [isLost, 'the recorded state is not here'],
    [saved.tool !== fresh.tool, `it was made by version ${saved.tool} of concordat`],
    [saved.name !== fresh.name, `it is for the topology "${saved.name}"`],
    [!isLost && saved.lineage !== fresh.lineage, lineageReason(saved)],
    [
      !isLost && saved.serial !== fresh.serial,
      `the state has moved from serial ${saved.serial} to ${fresh.serial}`,
    ],
    [!same(saved.digests.topology, fresh.digests.topology), 'the topology has changed'],
    [
      !same(saved.digests.evidence, fresh.digests.evidence),
      'a certificate file, a key or the evidence has changed',
    ],
    [saved.digests.templates !== fresh.digests.templates, 'the templates have changed'],
    [
      !isLost && saved.digests.state !== fresh.digests.state,
      'the state is not the one it was made from',
    ],
    [snapshot?.applied.includes(saved.checksum ?? '') ?? false, 'it has been applied already'],
    [age > LIFETIME_DAYS * DAY, `it is older than ${LIFETIME_DAYS} days`],
    [age < 0, 'the clock is behind the time it was made at'],
    [isAhead(snapshot, now), 'the clock is behind the recorded state'],
  ];
  const found = reasons.filter(([applies]) => applies).map(([, text]) => text);
  const differs = found.length === 0 && saved.checksum !== fresh.checksum;
  return differs ? ['the same inputs give another plan today'] : found;
}

/** Whether something is recorded of a later time than now, by more than clocks are apart. */
function isAhead(snapshot: Snapshot | undefined, now: Date): boolean {
  const latest = now.getTime() + CLOCK_SKEW;
  return snapshot?.resources.some(({ since }) => Date.parse(since) > latest) ?? false;
}

function lineageReason(saved: Plan): string {
  return saved.lineage === null
    ? 'it is a first plan, and there is a state now'
    : 'it was made for another history (lineage)';
}
