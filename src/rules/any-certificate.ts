import { directions } from './partners.ts';
import type { Rule } from './rule.ts';

/**
 * TLS certificates of metadata hosts are checked (R68).
 *
 * Without the check anyone on the path can hand the acceptor a document with a key of their own.
 */
export const anyCertificate: Rule = (subject, report) => {
  for (const { partner, acceptor, address } of directions(subject)) {
    const settable = acceptor.product.objects.partner?.attributes?.['trustAnyCertificate'];
    if (!partner.trustAnyCertificate || settable === undefined) continue;
    report.add('partner/any-certificate', {
      detail: `"${partner.acceptor}" would fetch the document of "${partner.issuer}" from anyone`,
      help: 'remove the line, and give the metadata host a certificate that the acceptor trusts',
      at: [...partner.at, 'trustAnyCertificate'],
      address,
    });
  }
};
