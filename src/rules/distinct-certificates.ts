import type { NamedCertificate } from '../kernel/certificate.ts';
import type { Rule } from './rule.ts';

/**
 * Every issuer has a certificate of its own.
 *
 * With a shared key one server can sign whatever the other may: two trusts have become one.
 */
export const distinctCertificates: Rule = ({ certificates }, report) => {
  const owners = new Map<string, NamedCertificate>();
  for (const certificate of certificates) {
    if (certificate.use === 'partner' || !certificate.info) continue;
    const { thumbprint } = certificate.info;
    const first = owners.get(thumbprint);
    if (!first) owners.set(thumbprint, certificate);
    if (!first || first.deployment === certificate.deployment) continue;
    report.add('certificate/shared', {
      detail: `${certificate.file} is also the certificate of "${first.deployment}"`,
      help: 'name the right file, or give one of the two issuers a certificate of its own',
      at: certificate.at,
      address: `certificate/${certificate.deployment}`,
      related: [{ at: first.at, text: 'the same certificate' }],
    });
  }
};
