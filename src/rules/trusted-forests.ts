import { directions, type Direction } from './partners.ts';
import type { Rule, Subject } from './rule.ts';

/**
 * Windows identities cross only between forests that trust each other (R67).
 *
 * A security identifier in a token is a number that another forest may have given to somebody else.
 */
export const trustedForests: Rule = (subject, report) => {
  for (const direction of directions(subject)) {
    const { partner, address } = direction;
    if (!partner.acceptSecurityIdentifiers || isTrusted(direction, subject)) continue;
    report.add('partner/foreign-identifiers', {
      detail:
        `"${partner.acceptor}" would accept security identifiers from "${partner.issuer}", ` +
        'whose forest its own does not trust',
      help: 'remove the line, or declare the trust under "forests" if there is one',
      at: [...partner.at, 'acceptSecurityIdentifiers'],
      address,
    });
  }
};

function isTrusted({ acceptor, issuer }: Direction, { topology }: Subject): boolean {
  const [own, other] = [acceptor.deployment.forest, issuer.deployment.forest];
  if (own === other) return true;
  const trusts = topology.forests.get(own ?? '')?.trusts ?? [];
  return other !== undefined && trusts.includes(other);
}
