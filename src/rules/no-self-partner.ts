import { addressOf } from './partners.ts';
import type { Rule } from './rule.ts';

/**
 * No deployment is its own partner.
 *
 * A server always accepts what it signs itself; an entry that says so is a slip of the pen.
 */
export const noSelfPartner: Rule = ({ topology }, report) => {
  for (const [index, partner] of topology.partners.entries()) {
    if (partner.acceptor !== partner.issuer) continue;
    if (partner.mutual && topology.partners[index - 1]?.at === partner.at) continue;
    report.add('partner/self', {
      detail: `"${partner.acceptor}" is named on both sides`,
      help: 'name the other deployment, or remove the entry',
      at: partner.at,
      address: addressOf(partner),
    });
  }
};
