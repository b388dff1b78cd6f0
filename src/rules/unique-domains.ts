import { listDomains, type PlacedDomain } from './domains.ts';
import type { Rule } from './rule.ts';

/**
 * A domain stands in one realm, once (R02).
 *
 * Two realms that claim one domain would each be right about its users, and which server answers
 * for them would be a matter of luck. Different kinds of domains may well be equal.
 */
export const uniqueDomains: Rule = ({ topology }, report) => {
  const seen = new Map<string, PlacedDomain>();
  for (const placed of listDomains(topology.realms.values())) {
    const { realm, kind, domain, at } = placed;
    const key = `${kind} ${domain}`;
    const first = seen.get(key);
    if (!first) {
      seen.set(key, placed);
      continue;
    }
    report.add('realm/domain-duplicate', {
      detail: `"${domain}" already belongs to the realm "${first.realm.name}"`,
      help: 'keep it in one place: once, in the realm whose servers answer for its users',
      at,
      address: `realm/${realm.name}`,
      related: [{ at: first.at, text: 'first declared here' }],
    });
  }
};
