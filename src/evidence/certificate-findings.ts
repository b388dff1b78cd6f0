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
    for (const server of servers) reportKey(server, installation, report);
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

function reportKey({ evidence, signing }: Server, installation: Installation, report: Report) {
  const { thumbprint } = signing;
  const { product } = installation;
  const { host, unread, privateKeys } = evidence;
  const isKeyless = privateKeys.get(thumbprint) === 'absent';
  const own = { address: address('certificate', installation.deployment.name) };
  if (unread.get(`certificate ${thumbprint}`) === NOT_IN_STORE || isKeyless) {
    const half = isKeyless ? 'its private key is' : 'it is';
    report.add('certificate/not-on-server', {
      ...own,
      detail: `${host} is to sign with ${thumbprint}, and ${half} not in its store`,
      help: 'bring certificate and key to that server, or see why they were not copied to it',
    });
  } else if (product.certificate.keyStorage && evidence.keyStorage.get(thumbprint) === 'cng') {
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
