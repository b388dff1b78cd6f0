import { byAddress, canonical } from '../kernel/canonical.ts';
import type { NamedCertificates } from '../kernel/certificate.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { CertificateEnd, Change, Plan } from './plan.ts';

/** Whether applying the plan would change anything: managed content or files. */
export function isEmpty(plan: Plan): boolean {
  return !plan.changes.some(isChange) && plan.artifacts.every(({ action }) => action === 'keep');
}

/** Whether anything becomes of a resource, be it only in what is recorded of it. */
export function isChange({ actions, because }: Change): boolean {
  return actions[0] !== 'keep' || because.length > 0;
}

/** The ends of all certificates that the topology names, by address. */
export function certificateEnds(certificates: NamedCertificates): CertificateEnd[] {
  return certificates
    .flatMap(({ deployment, use, info }) =>
      info
        ? [
            {
              address: `certificate/${deployment}${use === 'next' ? '' : `/${use}`}`,
              subject: info.subject,
              thumbprint: info.thumbprint,
              not_after: info.notAfter,
            },
          ]
        : [],
    )
    .sort(byAddress);
}

/** Attributes that differ, in order of their names. */
export function alteredKeys(before: JsonObject, after: JsonObject): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.filter(key => canonical(before[key] ?? null) !== canonical(after[key] ?? null));
}
