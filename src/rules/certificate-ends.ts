import type { NamedCertificate } from '../kernel/certificate.ts';
import type { Code, Report } from '../kernel/report.ts';
import type { Deployment, Topology } from '../topology/topology.ts';
import type { Rule } from './rule.ts';

const DAY = 86_400_000;
/** The vendor's own monitor stages a successor at this many days. */
const SOON = 60;

/**
 * No certificate ends unnoticed (R52, R79).
 *
 * When the issuer's certificate ends, every trust that rests on it ends at the same second. A
 * certificate that a roll replaces may end soon, but not before it is replaced.
 */
export const certificateEnds: Rule = ({ topology, certificates, now }, report) => {
  for (const certificate of certificates) {
    const fault = faultOf(certificate, topology, now);
    if (fault) add(fault, certificate, report);
  }
};

interface Fault {
  readonly code: Code;
  readonly detail: string;
  readonly help: string;
}

function faultOf(
  { file, use, info, deployment }: NamedCertificate,
  { deployments }: Topology,
  now: Date,
): Fault | undefined {
  const roll = deployments.get(deployment)?.certificate.roll;
  const replaced = use === 'current' && roll && Date.parse(roll.effective) <= now.getTime();
  if (!info || replaced) return undefined;
  const days = Math.floor((Date.parse(info.notAfter) - now.getTime()) / DAY);
  const ends = info.notAfter.slice(0, 10);
  if (days < 0) {
    return {
      code: 'certificate/ended',
      detail: `${file} ended on ${ends}; tokens signed with it are refused`,
      help: `replace it now, or name the file of the one that is in use at "${deployment}"`,
    };
  }
  if (Date.parse(info.notBefore) > signsFrom(deployments.get(deployment), use, now)) {
    return {
      code: 'certificate/not-yet-valid',
      detail: `${file} is valid from ${info.notBefore} on, and would sign before that`,
      help: 'set the effective date of the roll after that, or correct the clock',
    };
  }
  if (days > SOON || use === 'current') return undefined;
  return {
    code: 'certificate/ends-soon',
    detail: `${file} ends on ${ends}, ${days} days from now`,
    help: `get a successor and declare it at the issuer of "${deployment}" with a "roll"`,
  };
}

/** The instant at which a certificate must already be valid. */
function signsFrom(
  deployment: Deployment | undefined,
  use: NamedCertificate['use'],
  now: Date,
): number {
  const effective = use === 'next' ? deployment?.certificate.roll?.effective : undefined;
  return effective === undefined ? now.getTime() : Math.max(Date.parse(effective), now.getTime());
}

function add({ code, detail, help }: Fault, { at, deployment }: NamedCertificate, report: Report) {
  report.add(code, { detail, help, at, address: `certificate/${deployment}` });
}
