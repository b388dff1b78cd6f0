import type { Path } from '../kernel/json.ts';
import type { Domains, Realm } from '../topology/topology.ts';

/** All domains of one kind of a realm with their places, the default first. */
export function listDomains(
  realm: Realm,
  kind: string,
  domains: Domains,
): { domain: string; at: Path }[] {
  const at = [...realm.at, kind];
  return [
    { domain: domains.default, at: [...at, 'default'] },
    ...domains.additional.map((domain, index) => ({ domain, at: [...at, 'additional', index] })),
  ];
}
