import type { Path } from '../kernel/json.ts';
import type { Realm } from '../topology/topology.ts';

/** One domain of a realm and where it stands. */
export interface PlacedDomain {
  readonly realm: Realm;
  /** `sipDomains`, `acceptedDomains`. */
  readonly kind: string;
  readonly domain: string;
  readonly at: Path;
}

/** All domains of some realms, of each kind the default first. */
export function* listDomains(realms: Iterable<Realm>): Generator<PlacedDomain> {
  for (const realm of realms) {
    for (const [kind, domains] of realm.domains) {
      const at = [...realm.at, kind];
      yield { realm, kind, domain: domains.default, at: [...at, 'default'] };
      for (const [index, domain] of domains.additional.entries()) {
        yield { realm, kind, domain, at: [...at, 'additional', index] };
      }
    }
  }
}
