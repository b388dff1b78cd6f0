import type { Scenario } from '../topology/topology.ts';
import { sidesOf } from './demands.ts';
import type { Subject } from './rule.ts';

/** Deployments of which a declaration is refused as a whole, so that it cannot be counted. */
export interface Doubts {
  readonly partners: ReadonlySet<string>;
  readonly scenarios: ReadonlySet<string>;
}

/**
 * Where a name leads nowhere, that is what is wrong; whatever seems to be missing beside it is
 * probably only misspelt. Rules about missing things are silent there, which is safe because every
 * doubt is an error of another rule.
 */
export function doubtsOf(subject: Subject): Doubts {
  const { deployments, partners, scenarios } = subject.topology;
  const broken = ([one, other]: readonly [string, string]): boolean =>
    one === other || !deployments.has(one) || !deployments.has(other);
  const sides = partners.map(({ acceptor, issuer }) => [acceptor, issuer] as const);
  const refused = scenarios.filter(one => broken(one.between) || !isPlanned(one, subject));
  return {
    partners: new Set(sides.filter(broken).flat()),
    scenarios: new Set(refused.flatMap(({ between }) => between)),
  };
}

function isPlanned(scenario: Scenario, subject: Subject): boolean {
  if (scenario.kind !== 'microsoft-365') return scenario.kind === 'on-premises';
  return sidesOf(scenario, subject)?.every(({ product }) => product.cloud) ?? true;
}
