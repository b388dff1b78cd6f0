import { edgeAddress, type EdgeAddress } from '../kernel/address.ts';
import type { Path } from '../kernel/json.ts';
import type { Installation } from '../products/installation.ts';
import type { FeatureFacts } from '../products/product.ts';
import type { FeatureValue, Scenario } from '../topology/topology.ts';
import { once } from './once.ts';
import type { Subject } from './rule.ts';

/** A feature that a scenario declares, from the side of the deployment that has it. */
export interface Demand {
  readonly scenario: Scenario;
  readonly feature: string;
  readonly value: FeatureValue;
  readonly facts: FeatureFacts;
  /** The deployment whose product has the feature. */
  readonly self: Installation;
  readonly other: Installation;
  /** The directions of trust that the feature rests on; none while it is off. */
  readonly edges: readonly EdgeAddress[];
  readonly at: Path;
  /** `feature/<self>/<feature>` */
  readonly address: string;
}

/** Both sides of a scenario, where both are known. */
export function sidesOf(
  { between }: Scenario,
  { installations }: Subject,
): [Installation, Installation] | undefined {
  const [one, other] = between.map(name => installations.get(name));
  return one && other && one !== other ? [one, other] : undefined;
}

/** Every feature that is declared between two products that can have it. */
export const demands = once((subject): readonly Demand[] => {
  const found: Demand[] = [];
  for (const scenario of subject.topology.scenarios) {
    const [left, right] = sidesOf(scenario, subject) ?? [];
    if (!left || !right) continue;
    for (const feature of scenario.features.keys()) {
      found.push(...demanded(scenario, feature, [left, right]));
      found.push(...demanded(scenario, feature, [right, left]));
    }
  }
  return found;
});

function demanded(
  scenario: Scenario,
  feature: string,
  [self, other]: readonly [Installation, Installation],
): Demand[] {
  const facts = sharedFeature(self, other, feature);
  const value = scenario.features.get(feature);
  if (!facts || value === undefined) return [];
  return [
    {
      scenario,
      feature,
      value,
      facts,
      self,
      other,
      edges: value === 'off' ? [] : edgesBetween(facts, self, other),
      at: [...scenario.at, 'features', feature],
      address: `feature/${self.deployment.name}/${feature}`,
    },
  ];
}

/** What a deployment's product knows of a feature. */
export function featureOf({ product }: Installation, feature: string): FeatureFacts | undefined {
  return Object.hasOwn(product.features, feature) ? product.features[feature] : undefined;
}

/** What a deployment's product knows of a feature that it has with the other's. */
export function sharedFeature(
  self: Installation,
  other: Installation,
  feature: string,
): FeatureFacts | undefined {
  const facts = featureOf(self, feature);
  return facts?.with.includes(other.product.family) ? facts : undefined;
}

function edgesBetween(
  { accepts }: FeatureFacts,
  self: Installation,
  other: Installation,
): readonly EdgeAddress[] {
  const own = edgeAddress(self.deployment.name, other.deployment.name);
  const back = edgeAddress(other.deployment.name, self.deployment.name);
  if (accepts === 'both') return [own, back];
  return [accepts === 'self' ? own : back];
}
