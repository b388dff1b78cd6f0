import type { Report } from '../kernel/report.ts';
import type { Product } from '../products/product.ts';
import type { Deployment, Realm } from '../topology/topology.ts';
import type { Rule } from './rule.ts';
import { withLines, yamlWord, yamlWords } from './wording.ts';

/**
 * A realm has the domains its products read, and one value.
 *
 * What follows "@" is derived from the default domain of the kind a product reads. An entry whose
 * kinds have different defaults would be two realms under one name.
 */
export const realmDomains: Rule = ({ topology, catalog }, report) => {
  const split = new Set<string>();
  for (const realm of topology.realms.values()) {
    if (!hasTwoDefaults(realm)) continue;
    split.add(realm.name);
    reportTwoDefaults(realm, report);
  }
  for (const deployment of topology.deployments.values()) {
    const realm = topology.realms.get(deployment.realm);
    const product = catalog.products.get(deployment.product);
    if (!realm || !product || split.has(realm.name)) continue;
    if (!realm.domains.has(product.realm.from))
      reportMissing(deployment, { realm, product }, report);
  }
};

function hasTwoDefaults(realm: Realm): boolean {
  return new Set([...realm.domains.values()].map(domains => domains.default)).size > 1;
}

function reportTwoDefaults(realm: Realm, report: Report): void {
  const kinds = [...realm.domains];
  const lines = kinds.map(([kind], index) => {
    const name = index === 0 ? realm.name : `${realm.name.slice(0, 30)}-${index + 1}`;
    return entryOf(name, realm, kind);
  });
  report.add('realm/two-defaults', {
    detail:
      `realm "${realm.name}" would have ${kinds.length} values: ` +
      kinds.map(([kind, { default: one }]) => `${one} by ${kind}`).join(', '),
    help: withLines('write one entry for each, and let each deployment name its own', lines),
    at: realm.at,
    part: 'key',
    address: `realm/${realm.name}`,
  });
}

function reportMissing(
  deployment: Deployment,
  { realm, product }: { realm: Realm; product: Product },
  report: Report,
): void {
  const { from, noun } = product.realm;
  const given = [...realm.domains];
  const [first] = given;
  const own = first ? `${realm.name.slice(0, 20)}-${deployment.name.slice(0, 11)}` : realm.name;
  const domain = yamlWord(first?.[1].default ?? 'example.com');
  const sentence = first
    ? `write two entries, with the right ${noun}, and "realm: ${own}" at "${deployment.name}"`
    : `give the realm its ${noun}s`;
  report.add('realm/domains-missing', {
    detail: `realm "${realm.name}" has no ${from}, from which ${product.title} takes its value`,
    help: withLines(sentence, [
      ...given.map(([kind]) => entryOf(realm.name, realm, kind)),
      `${yamlWord(own)}: { ${from}: { default: ${domain} } }`,
    ]),
    at: [...deployment.at, 'realm'],
    address: `deployment/${deployment.name}`,
    related: [{ at: realm.at, part: 'key', text: 'this realm' }],
  });
}

function entryOf(name: string, realm: Realm, kind: string): string {
  const domains = realm.domains.get(kind);
  const more = domains?.additional.length ? `, additional: ${yamlWords(domains.additional)}` : '';
  return `${yamlWord(name)}: { ${kind}: { default: ${yamlWord(domains?.default ?? '')}${more} } }`;
}
