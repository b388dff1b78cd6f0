import type { Rule } from './rule.ts';

/**
 * Versions are still supported (R66).
 *
 * After the end of support a flaw in the token handling of a server stays open, and the trust makes
 * it a way into the other side as well.
 */
export const supportedVersions: Rule = ({ topology, catalog, now }, report) => {
  const today = now.toISOString().slice(0, 10);
  for (const { name, at, product } of topology.deployments.values()) {
    const facts = catalog.products.get(product);
    if (!facts?.supportEnds || today <= facts.supportEnds) continue;
    report.add('product/support-ended', {
      detail: `support of ${facts.title} ended on ${facts.supportEnds}`,
      help: 'plan its replacement; a waiver with a date keeps the decision on record',
      at: [...at, 'product'],
      address: `deployment/${name}`,
    });
  }
};
