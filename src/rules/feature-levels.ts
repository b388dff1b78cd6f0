import type { Partner } from '../topology/topology.ts';
import { demands } from './demands.ts';
import { partnersByEdge } from './partners.ts';
import type { Rule, Subject } from './rule.ts';

/**
 * A feature that acts for users has a partner that may (R25).
 *
 * A partner below that level is known and trusted, and refused at the first user it speaks for.
 */
export const featureLevels: Rule = (subject, report) => {
  const partners = partnersByEdge(subject);
  const seen = new Set<string>();
  for (const demand of demands(subject)) {
    for (const edge of demand.edges) {
      const partner = partners.get(edge);
      if (!partner || partner.level === 'full' || demand.facts.level === partner.level) continue;
      if (seen.has(edge) || !offers(subject, partner)) continue;
      seen.add(edge);
      report.add('partner/level-too-low', {
        detail: `${demand.feature} needs level "${demand.facts.level}"; found "${partner.level}"`,
        help: `write "level: ${demand.facts.level}", or remove the feature`,
        at: [...partner.at, 'level'],
        address: edge,
        related: [{ at: demand.at, part: 'key', text: 'the feature that needs it' }],
      });
    }
  }
};

/** A level that the acceptor does not even have is another rule's finding. */
function offers({ installations }: Subject, { acceptor, level }: Partner): boolean {
  return installations.get(acceptor)?.product.levels.includes(level) ?? false;
}
