import type { Scenario } from '../topology/topology.ts';
import { sidesOf } from './demands.ts';
import { once } from './once.ts';
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
export const doubtsOf = once((subject): Doubts => {
  const { deployments, partners, scenarios } = subject.topology;
  const broken = (one: string, other: string): boolean =>
    one === other || !deployments.has(one) || !deployments.has(other);
  const sides = partners.filter(({ acceptor, issuer }) => broken(acceptor, issuer));
  const refused = scenarios.filter(
    scenario => broken(...scenario.between) || !isPlanned(scenario, subject),
  );
  return {
    partners: new Set(sides.flatMap(({ acceptor, issuer }) => [acceptor, issuer])),
    scenarios: new Set(refused.flatMap(({ between }) => between)),
  };
});

function isPlanned(scenario: Scenario, subject: Subject): boolean {
  if (scenario.kind !== 'microsoft-365') return scenario.kind === 'on-premises';
  return sidesOf(scenario, subject)?.every(({ product }) => product.cloud) ?? true;
}
