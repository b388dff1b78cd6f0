import { addressOf } from './partners.ts';
import type { Rule } from './rule.ts';
import type { Partner } from '../topology/topology.ts';

/**
 * A direction of trust is declared once.
 *
 * Two entries could disagree about level or basis, and which of them the server gets would depend
 * on their order.
 */
export const uniquePartners: Rule = ({ topology }, report) => {
  const seen = new Map<string, Partner>();
  for (const partner of topology.partners) {
    const address = addressOf(partner);
    const first = seen.get(address);
    if (!first) {
      seen.set(address, partner);
    } else if (first.at !== partner.at) {
      report.add('partner/duplicate', {
        detail: `that "${partner.acceptor}" accepts "${partner.issuer}" is already declared`,
        help: 'keep one of the two entries; "mutual" declares both directions at once',
        at: partner.at,
        address,
        related: [{ at: first.at, text: 'first declared here' }],
      });
    }
  }
};
