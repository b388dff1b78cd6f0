import { evaluateName } from '../products/expression.ts';
import type { Rule } from './rule.ts';

/**
 * A realm that is pinned by hand equals its default where the product expects that (R04).
 *
 * Partners that hold the certificate itself know the server by its old realm and refuse its tokens
 * from the moment the realm differs.
 */
export const pinnedRealm: Rule = ({ topology, installations }, report) => {
  for (const { deployment, product, realm, scope, follow } of installations.values()) {
    const entry = topology.realms.get(deployment.realm);
    if (entry?.pinned === undefined || product.realm.pinned !== 'warn') continue;
    const expected = evaluateName(product.realm.default, scope, follow);
    if (expected === realm) continue;
    report.add('realm/pinned', {
      detail: `realm "${entry.name}" is pinned to "${realm}"; its default would be "${expected}"`,
      help: `remove "value", unless the server really runs with "${realm}" today`,
      at: [...entry.at, 'value'],
      address: `realm/${entry.name}`,
    });
  }
};
