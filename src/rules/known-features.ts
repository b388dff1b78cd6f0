import { featureOf, sharedFeature, sidesOf } from './demands.ts';
import type { Rule } from './rule.ts';

/**
 * A feature stands between products that have it.
 *
 * A feature belongs to one product and needs another of a certain family beside it; between any two
 * others the line would mean nothing, and nothing would say so.
 */
export const knownFeatures: Rule = (subject, report) => {
  const owners = new Map<string, string[]>();
  for (const { features, title } of subject.catalog.products.values()) {
    for (const name of Object.keys(features)) {
      owners.set(name, [...(owners.get(name) ?? []), title]);
    }
  }
  for (const scenario of subject.topology.scenarios) {
    const sides = sidesOf(scenario, subject);
    if (!sides) continue;
    const [left, right] = sides;
    for (const feature of scenario.features.keys()) {
      if (sharedFeature(left, right, feature) ?? sharedFeature(right, left, feature)) continue;
      const owner = sides.find(side => featureOf(side, feature));
      report.add('feature/wrong-sides', {
        detail: owner
          ? `"${feature}" of ${owner.product.title} does not work with that other side`
          : `neither side has "${feature}"; it belongs to ${owners.get(feature)?.join(', ') ?? ''}`,
        help: 'move it to a scenario between the two products that share it, or remove it',
        at: [...scenario.at, 'features', feature],
        part: 'key',
        address: `scenario/${scenario.between.join('/')}`,
      });
    }
  }
};
