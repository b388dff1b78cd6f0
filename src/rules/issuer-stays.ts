import type { Rule } from './rule.ts';

/**
 * The token issuer of a server cannot be switched off.
 *
 * OAuth is a core part of these products: it cannot be removed, it is only unused while there is no
 * partner. What can be taken away are partners.
 */
export const issuerStays: Rule = ({ topology }, report) => {
  for (const { name, at, settings } of topology.deployments.values()) {
    if (settings['oauth'] !== 'off') continue;
    report.add('issuer/oauth-off', {
      detail: `"${name}" has its token issuer built in; without partners it is simply not used`,
      help: 'remove the line; to end a trust, remove its partner',
      at: [...at, 'oauth'],
      address: `deployment/${name}`,
    });
  }
};
