import type { Installation } from '../products/installation.ts';
import type { Rule } from './rule.ts';

/**
 * No two issuers have one name.
 *
 * Tokens name their issuer as "principal@realm". Two deployments of one product in one realm could
 * present each other's tokens, and a partner of the one would be a partner of the other.
 */
export const distinctIssuers: Rule = ({ installations }, report) => {
  const owners = new Map<string, Installation>();
  for (const installation of installations.values()) {
    const { deployment, issuerName } = installation;
    const first = owners.get(issuerName);
    if (!first) {
      owners.set(issuerName, installation);
      continue;
    }
    report.add('issuer/same-name', {
      detail: `"${deployment.name}" and "${first.deployment.name}" would both be ${issuerName}`,
      help:
        'servers that share one configuration are one deployment: list them there; ' +
        'otherwise give each its own realm',
      at: [...deployment.at, 'realm'],
      address: `deployment/${deployment.name}`,
      related: [{ at: first.deployment.at, part: 'key', text: 'the other deployment' }],
    });
  }
};
