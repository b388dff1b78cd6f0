import { readCertificate } from '../evidence/certificate.ts';
import { profileDigest } from '../graph/certificate.ts';
import type { Graph, Resource } from '../graph/resource.ts';
import type { Report } from '../kernel/report.ts';
import type { PublicKeyRecord } from '../ports/key-store.ts';
import { readDistinguishedName } from '../render/distinguished-name.ts';
import { lifeFrom } from './certificate-life.ts';
import { madeHere, readWanted } from './key-order.ts';

/** Reports prepared certificates that the topology has moved away from. */
export function reportChangedProfiles(
  graph: Graph,
  prepared: readonly PublicKeyRecord[],
  report: Report,
): void {
  const records = new Map(prepared.map(record => [record.address, record]));
  for (const resource of madeHere(graph)) {
    const record = records.get(resource.address);
    if (record) checkRecord(resource, record, report);
  }
}

/** Reports certificates that are to be made here and that nobody can make. */
export function reportImpossibleProfiles(graph: Graph, now: Date, report: Report): void {
  for (const resource of madeHere(graph)) checkProfile(resource, now, report);
}

function checkProfile(resource: Resource, now: Date, report: Report): void {
  const { address, at } = resource;
  const { subject, lifetime } = readWanted(resource);
  const parts = readDistinguishedName(subject);
  if ('fault' in parts) {
    report.add('profile/subject', {
      at,
      address,
      detail: `the subject "${subject}" ${parts.fault}`,
      help: 'use a shorter default domain, or a certificate of your certificate authority',
    });
  }
  if (!lifeFrom(now, lifetime)) {
    report.add('profile/lifetime', {
      at: [...at, 'lifetime'],
      address,
      detail: `${lifetime} does not lead to a day between tomorrow and the year 9999`,
      help: 'write for example P2Y, P18M or P90D',
    });
  }
}

function checkRecord(resource: Resource, record: PublicKeyRecord, report: Report): void {
  if (stillFits(resource, record)) return;
  report.add('keys/profile-changed', {
    at: resource.at,
    address: resource.address,
    detail: `the prepared certificate no longer fits: ${difference(resource, record)}`,
    help:
      'take the change back; or move the record out of the key store, prepare a new key, and let ' +
      'every partner learn it before it signs',
  });
}

/** Names in another order are the same names: the certificate stays. */
function stillFits({ attributes }: Resource, { certificate, profile }: PublicKeyRecord): boolean {
  if (profile === profileDigest(attributes)) return true;
  const info = readCertificate(certificate);
  const { names: wanted } = attributes;
  if ('fault' in info || !Array.isArray(wanted) || wanted.length !== info.names.length)
    return false;
  const same = info.names.every(name => wanted.includes(name));
  return same && profile === profileDigest({ ...attributes, names: info.names });
}

function difference(resource: Resource, { certificate }: PublicKeyRecord): string {
  const wanted = readWanted(resource);
  const info = readCertificate(certificate);
  if ('fault' in info) return `it ${info.fault}`;
  const { subject, names, keyBits } = info;
  const changes = [
    ...(subject === wanted.subject ? [] : [`subject ${subject} becomes ${wanted.subject}`]),
    ...wanted.names.filter(name => !names.includes(name)).map(name => `${name} is added`),
    ...names.filter(name => !wanted.names.includes(name)).map(name => `${name} is removed`),
    ...(keyBits === wanted.bits ? [] : [`${keyBits} bits become ${wanted.bits}`]),
  ];
  return changes.join(', ') || `another lifetime, ${wanted.lifetime}`;
}
