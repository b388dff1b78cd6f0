import type { NamedCertificate } from '../kernel/certificate.ts';
import type { Report } from '../kernel/report.ts';
import type { Rule } from './rule.ts';

/**
 * A certificate that is handed over is the one its issuer signs with (R55).
 *
 * Nothing fetches it again: a partner that holds another certificate, or only the one that a roll
 * replaces, refuses every token and nobody is told.
 */
export const pinnedCertificates: Rule = ({ certificates }, report) => {
  const own = new Map<string, { next?: string; current?: string }>();
  for (const { deployment, use, info } of certificates) {
    if (use === 'partner' || !info) continue;
    own.set(deployment, { ...own.get(deployment), [use]: info.thumbprint });
  }
  for (const certificate of certificates) {
    const { next, current } = own.get(certificate.deployment) ?? {};
    const pinned = certificate.use === 'partner' ? certificate.info?.thumbprint : undefined;
    if (pinned === undefined || next === undefined || pinned === next) continue;
    if (pinned === current) reportOld(certificate, report);
    else reportOther(certificate, report);
  }
};

function reportOld({ deployment, file, at }: NamedCertificate, report: Report): void {
  report.add('partner/certificate-rolled', {
    detail: `${file} is the certificate that the roll of "${deployment}" replaces`,
    help: 'name the next certificate here before the roll takes effect',
    at,
    address: `certificate/${deployment}`,
  });
}

function reportOther({ deployment, file, at }: NamedCertificate, report: Report): void {
  report.add('partner/certificate-differs', {
    detail: `${file} is not the certificate that "${deployment}" signs with`,
    help: `name the file that is "public" at the issuer of "${deployment}"`,
    at,
    address: `certificate/${deployment}`,
  });
}
