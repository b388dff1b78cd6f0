import { directions } from './partners.ts';
import type { Rule } from './rule.ts';

const UNFIT = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff*?"[\]]/;

/**
 * The name of a partner is one the server keeps as it is (R30).
 *
 * Names are limited in length; wildcards and invisible characters would make a search for the
 * object find others, or none.
 */
export const partnerNames: Rule = (subject, report) => {
  for (const { partner, acceptor, address } of directions(subject)) {
    const { name } = partner;
    if (name === undefined) continue;
    const most = acceptor.product.nameLimits['partner'] ?? 64;
    const why = whyNot(name, most);
    if (why === undefined) continue;
    report.add('partner/name-shape', {
      detail: `the name cannot be used: ${why}`,
      help: `write 1 to ${most} visible characters without wildcards or quotes`,
      at: [...partner.at, 'name'],
      address,
    });
  }
};

function whyNot(name: string, most: number): string | undefined {
  if (name.length > most) return `it has ${name.length} characters, more than ${most}`;
  if (name.trim() !== name || name === '') return 'it is empty, or begins or ends with a blank';
  if (UNFIT.test(name)) return 'it has a wildcard, a quote or an invisible character';
  return undefined;
}
