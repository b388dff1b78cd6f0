import { directions } from './partners.ts';
import type { Rule } from './rule.ts';

/**
 * No partner takes the name of an object that others made and keep (R69).
 *
 * A partner adopts the object whose name it states; what a wizard or a setup made would be changed
 * by us, and removed with the partner.
 */
export const keptObjects: Rule = (subject, report) => {
  for (const { partner, acceptor, address } of directions(subject)) {
    const { name } = partner;
    const kept = Object.entries(acceptor.product.objects.partner?.kept ?? {});
    const found = kept.find(([one]) => one.toLowerCase() === name?.toLowerCase());
    if (!found) continue;
    report.add('partner/kept-by-others', {
      detail: `"${found[0]}" is not ours: ${found[1]}`,
      help: 'state the name of the object that makes this trust, or leave `name` out',
      at: [...partner.at, 'name'],
      address,
    });
  }
};
