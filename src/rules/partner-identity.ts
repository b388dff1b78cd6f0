import type { Report } from '../kernel/report.ts';
import { distance } from '../kernel/suggest.ts';
import { directions, type Direction } from './partners.ts';
import type { Rule } from './rule.ts';

/**
 * A principal or realm that is stated is the partner's (R15).
 *
 * The well-known principals differ in one group of digits. A partner that is registered under a
 * neighbour's principal accepts the neighbour's tokens.
 */
export const partnerIdentity: Rule = (subject, report) => {
  const titles = new Map<string, string>();
  for (const { principal, family, title } of subject.catalog.products.values()) {
    if (!titles.has(principal)) titles.set(principal, `${title} (${family})`);
  }
  for (const direction of directions(subject)) {
    checkPrincipal(direction, titles, report);
    checkRealm(direction, report);
  }
};

/** Fewer edits than this between two GUIDs is a slip, not another GUID. */
const NEAR = 6;

function checkPrincipal(
  { partner, issuer, address }: Direction,
  titles: ReadonlyMap<string, string>,
  report: Report,
): void {
  const { principal } = partner;
  if (principal === undefined || principal === issuer.principal) return;
  const title = titles.get(principal);
  const near = distance(principal, issuer.principal) < NEAR ? ', which it resembles' : '';
  report.add('partner/principal', {
    detail:
      `${issuer.product.title} is known as ${issuer.principal}, not as ${principal}` +
      (title === undefined ? near : `, which is ${title}`),
    help: `write "principal: ${issuer.principal}", or leave it out`,
    at: [...partner.at, 'principal'],
    address,
  });
}

function checkRealm({ partner, issuer, address }: Direction, report: Report): void {
  if (partner.realm === undefined || partner.realm === issuer.realm) return;
  report.add('partner/realm', {
    detail: `tokens of "${partner.issuer}" carry the realm "${issuer.realm}"`,
    help: `write "realm: ${issuer.realm}", leave it out, or pin the realm of "${partner.issuer}"`,
    at: [...partner.at, 'realm'],
    address,
  });
}
