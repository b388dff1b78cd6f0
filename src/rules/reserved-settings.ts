import { lookUp } from '../products/expression.ts';
import type { Rule } from './rule.ts';

/**
 * Reserved settings stay as they are on the server (R71).
 *
 * The vendor keeps them for its own services or warns never to change them; a topology that wrote
 * them could break what nobody here can mend.
 */
export const reservedSettings: Rule = ({ topology, catalog }, report) => {
  for (const { name, at, product, settings } of topology.deployments.values()) {
    for (const { path, because } of catalog.products.get(product)?.reserved ?? []) {
      if (lookUp(path, settings) === null) continue;
      report.add('settings/reserved', {
        detail: `"${path}" is not for a topology to set: ${because}`,
        help: 'remove the line; what the server has is left alone',
        at: [...at, ...path.split('.')],
        part: 'key',
        address: `deployment/${name}`,
      });
    }
  }
};
