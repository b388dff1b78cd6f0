import type { Path } from '../kernel/json.ts';
import { listDomains } from './domains.ts';
import type { Rule } from './rule.ts';

/**
 * A domain stands in one realm, once (R02).
 *
 * Two realms that claim one domain would each be right about its users, and which server answers
 * for them would be a matter of luck. Different kinds of domains may well be equal.
 */
export const uniqueDomains: Rule = ({ topology }, report) => {
  const seen = new Map<string, { realm: string; at: Path }>();
  for (const realm of topology.realms.values()) {
    for (const [kind, domains] of realm.domains) {
      for (const { domain, at } of listDomains(realm, kind, domains)) {
        const key = `${kind} ${domain}`;
        const first = seen.get(key);
        if (!first) {
          seen.set(key, { realm: realm.name, at });
          continue;
        }
        report.add('realm/domain-duplicate', {
          detail: `"${domain}" already belongs to the realm "${first.realm}"`,
          help: 'keep it in one place: once, in the realm whose servers answer for its users',
          at,
          address: `realm/${realm.name}`,
          related: [{ at: first.at, text: 'first declared here' }],
        });
      }
    }
  }
};
