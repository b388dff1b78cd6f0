import type { Report } from '../kernel/report.ts';
import { directions, type Direction } from './partners.ts';
import type { Rule } from './rule.ts';
import { oneOf } from './wording.ts';

/**
 * A partner asks only for what its acceptor's product has (R25).
 *
 * Products differ in how they learn a key and in how much they let a partner do; what a product
 * does not have would be dropped without a word.
 */
export const offeredPartners: Rule = (subject, report) => {
  for (const direction of directions(subject)) {
    checkChoice(direction, 'basis', report);
    checkChoice(direction, 'level', report);
    checkSwitches(direction, report);
  }
};

const CHOICES = {
  basis: { list: 'bases', code: 'partner/basis-not-offered' },
  level: { list: 'levels', code: 'partner/level-not-offered' },
} as const;

function checkChoice(
  { partner, acceptor, address }: Direction,
  key: keyof typeof CHOICES,
  report: Report,
): void {
  const { list, code } = CHOICES[key];
  const offered: readonly string[] = acceptor.product[list];
  if (offered.includes(partner[key])) return;
  report.add(code, {
    detail: `${acceptor.product.title} offers no ${key} "${partner[key]}" for its partners`,
    help: `write ${oneOf(offered)}`,
    at: [...partner.at, key],
    address,
  });
}

const SWITCHES = ['acceptSecurityIdentifiers', 'trustAnyCertificate'] as const;

function checkSwitches({ partner, acceptor, address }: Direction, report: Report): void {
  const attributes = acceptor.product.objects.partner?.attributes ?? {};
  for (const key of SWITCHES) {
    if (!partner[key] || key in attributes) continue;
    report.add('partner/setting-not-offered', {
      detail: `partners of ${acceptor.product.title} have no setting "${key}"`,
      help: 'remove the line',
      at: [...partner.at, key],
      part: 'key',
      address,
    });
  }
}
