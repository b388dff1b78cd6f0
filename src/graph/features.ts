import { address, type Address } from '../kernel/address.ts';
import type { Json } from '../kernel/json.ts';
import type { Installation } from '../products/installation.ts';
import type { FeatureFacts, FeatureObject } from '../products/product.ts';
import type { FeatureValue, Scenario, Topology } from '../topology/topology.ts';

/** A feature as a scenario declares it, with the object that switches it. */
export interface DemandedFeature {
  readonly name: string;
  readonly scenario: Scenario;
  readonly installation: Installation;
  readonly object: FeatureObject;
  readonly objectAddress: Address;
  /** The declared value, for expressions. */
  readonly declared: Json;
  /** The other deployment of the scenario. */
  opposite(side: string): string;
}

/** Features that need an object on a server; those that only need the trust have none. */
export function demandedFeatures(
  topology: Topology,
  installations: ReadonlyMap<string, Installation>,
): DemandedFeature[] {
  return topology.scenarios.flatMap(scenario => {
    const sides = scenario.between.flatMap(name => installations.get(name) ?? []);
    return [...scenario.features].flatMap(([name, value]) =>
      sides.flatMap(installation => demanded(name, value, scenario, installation) ?? []),
    );
  });
}

/** The object behind a feature's declared value, if the product has one. */
export function featureObject(facts: FeatureFacts, value: FeatureValue): FeatureObject | undefined {
  return typeof value === 'string' ? facts[value] : facts.object;
}

function demanded(
  name: string,
  value: FeatureValue,
  scenario: Scenario,
  installation: Installation,
): DemandedFeature | undefined {
  const facts = installation.product.features[name];
  const object = facts && featureObject(facts, value);
  if (!object) return undefined;
  const [left, right] = scenario.between;
  return {
    name,
    scenario,
    installation,
    object,
    objectAddress: address(object.kind, installation.deployment.name, object.name ?? name),
    declared: value,
    opposite: side => (side === left ? right : left),
  };
}
