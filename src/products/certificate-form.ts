import { address } from '../kernel/address.ts';
import type { CertificateInfo } from '../kernel/certificate.ts';
import type { Path } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import { evaluateName, evaluateNames } from './expression.ts';
import type { Installation } from './installation.ts';

/** A certificate and how it is spoken of. */
export interface Looked {
  readonly info: CertificateInfo;
  readonly what: string;
  /** Where the topology names it. */
  readonly at?: Path;
}

/** Tells where a certificate does not look as its product makes one (R50). */
export function reportForm({ info, what, at }: Looked, installation: Installation, report: Report) {
  const { deployment, product, scope, follow } = installation;
  const { shipped, profile, object } = product.certificate;
  if (!shipped) return;
  const subject = evaluateName(profile.subject, scope, follow);
  const names = evaluateNames(profile.names, scope, follow);
  const faults = [
    ...(info.subject.toLowerCase() === subject.toLowerCase() ? [] : [`is for ${info.subject}`]),
    ...(info.names.join() === names.join() ? [] : [`names ${info.names.join(', ')}`]),
  ];
  if (faults.length === 0) return;
  report.add('certificate/unusual-form', {
    ...(at && { at }),
    address: address('certificate', deployment.name),
    detail: `${what} ${faults.join(' and ')}`,
    help:
      `an ${object} as it is shipped is for ${subject} and names ` +
      `${names.length === 0 ? 'no host' : names.join(', ')}; the next one may be so again`,
  });
}
