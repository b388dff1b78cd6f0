import { demands } from './demands.ts';
import { doubtsOf } from './doubts.ts';
import { directions } from './partners.ts';
import type { Rule } from './rule.ts';

/**
 * A trust is there because a feature asks for it.
 *
 * Servers need no trust as such. One that nothing uses is an open door that nobody watches; where
 * something outside this topology uses it, a waiver says what.
 */
export const partnersNeeded: Rule = (subject, report) => {
  const needed = new Set(demands(subject).flatMap(({ edges }) => edges));
  const doubts = doubtsOf(subject).scenarios;
  for (const { partner, address } of directions(subject)) {
    if (needed.has(address) || partner.acceptor === partner.issuer) continue;
    if (doubts.has(partner.acceptor) || doubts.has(partner.issuer)) continue;
    report.add('partner/not-needed', {
      detail: `no feature of a scenario needs "${partner.acceptor}" to accept "${partner.issuer}"`,
      help: 'declare the feature it is for, remove the partner, or waive this with the reason',
      at: partner.at,
      address,
    });
  }
};
