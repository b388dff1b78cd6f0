import { address } from '../kernel/address.ts';
import { worded } from '../kernel/canonical.ts';
import type { CertificateInfo } from '../kernel/certificate.ts';
import type { Report } from '../kernel/report.ts';
import { reportForm } from '../products/certificate-form.ts';
import { evaluate } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { Subject } from '../rules/rule.ts';
import type { Readings } from './attribute.ts';
import { NOT_IN_STORE, type Evidence } from './evidence.ts';
import { disagreement, signingOn, type SeenSigning } from './signing.ts';

/** A server that was read, and what it says of who signs. */
interface Server {
  readonly evidence: Evidence;
  readonly signing: SeenSigning;
}

/**
 * The certificates that sign, as their servers hold them (R09, R50, R79).
 *
 * Every server of a deployment must sign with the same certificate and hold its private key: where
 * one does not, calls that meet this server fail and all others succeed.
 */
export function reportCertificates(readings: Readings, subject: Subject, report: Report): void {
  for (const [name, all] of readings) {
    const installation = subject.installations.get(name);
    if (!installation) continue;
    const servers = all.flatMap(evidence => {
      const signing = signingOn(evidence, installation.product.objects['certificate']?.seen);
      return signing ? [{ evidence, signing }] : [];
    });
    reportDifferences(servers, name, report);
    for (const server of servers) {
      for (const use of usesOf(server)) reportKey(use, installation, report);
    }
    reportInfos(servers, installation, { subject, report });
  }
}

/** Each server against the one that was read last. */
function reportDifferences(servers: readonly Server[], name: string, report: Report): void {
  const [newest, ...others] = servers;
  if (!newest) return;
  for (const other of others) {
    const found = disagreement(other.signing, newest.signing);
    if (!found) continue;
    report.add('certificate/differs', {
      address: address('certificate', name),
      detail: `${signsWith(newest, found.newer)}, ${signsWith(other, found.older)}`,
      help: 'bring all servers to one certificate; until then calls that meet one of them fail',
    });
  }
}

function signsWith({ evidence }: Server, thumbprint: string): string {
  const { host, collectedAt } = evidence;
  const what = thumbprint === '' ? 'no certificate' : thumbprint;
  return `${host} signs with ${what} (${collectedAt})`;
}

/** A certificate with which a server signs, or will. */
interface Use {
  readonly evidence: Evidence;
  readonly thumbprint: string;
  /** Instant from which on, where that is still to come. */
  readonly from?: string | undefined;
}

function usesOf({ evidence, signing: { thumbprint, staged } }: Server): readonly Use[] {
  const now = { evidence, thumbprint };
  return staged ? [now, { evidence, ...staged }] : [now];
}

function reportKey(use: Use, installation: Installation, report: Report): void {
  const { evidence, thumbprint, from } = use;
  const { certificate } = installation.product;
  const { host } = evidence;
  const own = { address: address('certificate', installation.deployment.name) };
  const missing = missingOf(use);
  if (missing !== undefined) {
    // The servers of a product may need a part of its lead time to bring it to each other.
    if (hoursTo(use) > certificate.roll.leadHours / 2) return;
    const when = from === undefined ? '' : ` from ${from} on`;
    report.add('certificate/not-on-server', {
      ...own,
      detail: `${host} is to sign with ${thumbprint}${when}, and ${missing} not in its store`,
      help: 'bring certificate and key to that server, or see why they were not copied to it',
    });
  } else if (certificate.keyStorage && evidence.keyStorage.get(thumbprint) === 'cng') {
    report.add('certificate/cng-key', {
      ...own,
      detail: `CNG keeps the private key of ${thumbprint} on ${host}, and signs nothing with it`,
      help: 'replace it by one that the product made itself; it has the key kept where it can sign',
    });
  } else if (isLocked(evidence, thumbprint, installation)) {
    report.add('certificate/not-exportable', {
      ...own,
      detail: `the private key of ${thumbprint} on ${host} is not exportable`,
      help: 'replace it by one that the product made itself; it copies that one to its servers',
    });
  }
}

/** What of a certificate is not in the store of its server, in words. */
function missingOf({ evidence: { unread, privateKeys }, thumbprint }: Use): string | undefined {
  if (privateKeys.get(thumbprint) === 'absent') return 'its private key is';
  return unread.get(`certificate ${thumbprint}`) === NOT_IN_STORE ? 'it is' : undefined;
}

const HOUR = 60 * 60 * 1000;

/** How long after the reading it begins to sign. */
function hoursTo({ evidence, from }: Use): number {
  return from === undefined ? 0 : (Date.parse(from) - Date.parse(evidence.collectedAt)) / HOUR;
}

/** Whether the server says that a key cannot leave it, where its product needs that. */
function isLocked({ objects }: Evidence, thumbprint: string, { product }: Installation): boolean {
  const facts = product.certificate.exportable;
  const found = objects
    .get(facts?.command ?? '')
    ?.find(one => worded(evaluate(facts?.thumbprint ?? null, one)).toUpperCase() === thumbprint);
  return (
    found !== undefined && worded(evaluate(facts?.is ?? null, found)).toLowerCase() === 'false'
  );
}

interface Judging {
  readonly subject: Subject;
  readonly report: Report;
}

/** What certificates say themselves; those that the topology names were judged with it. */
function reportInfos(
  servers: readonly Server[],
  installation: Installation,
  { subject: { certificates, now }, report }: Judging,
): void {
  const { name } = installation.deployment;
  const named = certificates.filter(
    ({ deployment, use }) => deployment === name && use !== 'partner',
  );
  const known = new Set<string>(named.map(({ info }) => info?.thumbprint ?? ''));
  for (const { evidence, signing } of servers) {
    const info = evidence.certificates.get(signing.thumbprint);
    if (!info || known.has(info.thumbprint)) continue;
    known.add(info.thumbprint);
    const what = `${info.thumbprint}, with which ${evidence.host} signs,`;
    reportForm({ info, what }, installation, report);
    if (Date.parse(info.notBefore) > now.getTime()) reportEarly(info, what, { name, report });
  }
}

function reportEarly(
  { notBefore }: CertificateInfo,
  what: string,
  { name, report }: { readonly name: string; readonly report: Report },
): void {
  report.add('certificate/not-yet-valid', {
    address: address('certificate', name),
    detail: `${what} is valid from ${notBefore} on`,
    help: 'compare the clocks of that server and of this machine; else replace the certificate',
  });
}
