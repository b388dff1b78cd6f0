import { evaluateNames } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { Rule } from './rule.ts';

/**
 * Metadata is published under a name that survives the loss of a server (R19).
 *
 * Partners keep the URL for years. A name that is one server's, and not also the pool's, takes the
 * trust down with that server.
 */
export const serverHosts: Rule = ({ installations }, report) => {
  for (const installation of installations.values()) {
    const { deployment, metadataHost, servers } = installation;
    if (!servers.includes(metadataHost)) continue;
    const stable = ownStableHosts(installation);
    if (stable.includes(metadataHost)) continue;
    const [better] = stable;
    report.add('deployment/host-is-server', {
      detail: `the metadata host "${metadataHost}" is a single server`,
      help: better
        ? `write "metadataHost: ${better}", or leave it out`
        : 'name a pool or a load-balanced name',
      at: [...deployment.at, 'metadataHost'],
      address: `deployment/${deployment.name}`,
    });
  }
};

/** Names that survive the loss of a server, whatever was declared as the metadata host. */
export function ownStableHosts({ product, scope, follow }: Installation): string[] {
  return evaluateNames(product.metadata.stable, { ...scope, metadataHost: null }, follow);
}
