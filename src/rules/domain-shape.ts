import { hostName } from '../kernel/names.ts';
import type { Report } from '../kernel/report.ts';
import { listDomains, type PlacedDomain } from './domains.ts';
import type { Rule } from './rule.ts';

/**
 * Domains are names the products accept (R03).
 *
 * The domain becomes the realm, the subject of a certificate and part of every token; underscores,
 * single labels and names outside ASCII are refused by the products, late and cryptically.
 */
export const domainShape: Rule = ({ topology, installations }, report) => {
  const plain = new Set<string>();
  for (const { deployment, product } of installations.values()) {
    if (product.realm.plainNames) plain.add(`${deployment.realm} ${product.realm.from}`);
  }
  for (const placed of listDomains(topology.realms.values())) {
    const strict = plain.has(`${placed.realm.name} ${placed.kind}`);
    check(placed, strict, report);
  }
};

function check({ realm, domain, at }: PlacedDomain, strict: boolean, report: Report): void {
  const international = strict && domain.split('.').some(label => label.startsWith('xn--'));
  if (hostName(domain) && !international) return;
  const why = international ? 'it is an internationalised name' : whyNot(domain);
  report.add('realm/domain-shape', {
    detail: `"${domain}" cannot be used: ${why}`,
    help: 'write a name of two or more labels, each of the letters a to z, digits and hyphens',
    at,
    address: `realm/${realm.name}`,
  });
}

function whyNot(domain: string): string {
  if (domain.includes('_')) return 'it has an underscore';
  if (!/^[\x00-\x7f]*$/.test(domain)) return 'it has characters outside ASCII';
  if (!domain.includes('.')) return 'it has a single label';
  if (domain.length > 253) return `it has ${domain.length} characters, more than 253`;
  return 'a label is empty, too long, or begins or ends with something else than a letter or digit';
}
