import { address, type Address } from '../kernel/address.ts';
import type { NamedCertificate, NamedCertificates } from '../kernel/certificate.ts';
import type { Path } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import type { Files } from '../ports/files.ts';
import type { PublicKeyRecord } from '../ports/key-store.ts';
import type { Deployment, Topology } from '../topology/topology.ts';
import { MOST_BYTES, type CertificateFault } from './certificate-file.ts';
import { readCertificate } from './certificate.ts';

/** What reading needs beside the topology. */
export interface CertificateReading {
  /** Public halves of keys that were made here. */
  readonly prepared: readonly PublicKeyRecord[];
  readonly report: Report;
}

/** Sources whose certificate exists before we come. */
const THERE_ALREADY: readonly string[] = ['existing', 'import'];

/** Why a file gave no bytes to look at. */
const ABSENT = {
  missing: { kind: 'missing', fault: 'is not there, or is no file' },
  'too-large': {
    kind: 'too-large',
    fault: `has more than ${MOST_BYTES} bytes; a certificate has fewer`,
  },
} as const;

const HELP: Readonly<Record<CertificateFault['kind'] | 'missing', string>> = {
  missing: 'write the path relative to the topology, or export the certificate to it',
  'too-large': 'export only the certificate, without its chain',
  unreadable: 'export the certificate again, without its private key, as DER or base64 (.cer)',
  'private-key':
    'export the certificate without its private key; if this file was committed or copied, ' +
    'treat the key as known to others and replace it',
};

/** Reads every certificate that the topology names and reports those that cannot be used. */
export async function readNamedCertificates(
  topology: Topology,
  files: Files,
  { prepared, report }: CertificateReading,
): Promise<NamedCertificates> {
  const deployments = [...topology.deployments.values()];
  const written = [...deployments.flatMap(ofDeployment), ...ofPartners(topology)];
  const contents = await Promise.all(written.map(({ file }) => files.read(file, MOST_BYTES)));
  // Judged in the order of the topology, whichever file came first.
  const read = written.map((one, index) => judge(one, contents[index], report));
  const signing = new Set(topology.partners.map(({ issuer }) => issuer));
  for (const one of deployments) if (signing.has(one.name)) reportMissingHalf(one, report);
  const records = new Map(prepared.map(record => [record.address, record]));
  const made = deployments.flatMap(one => ofKeyStore(one, records, report));
  const all = [...made, ...read];
  reportIdleRolls(all, report);
  return all;
}

function ofDeployment({ name, certificate }: Deployment): NamedCertificate[] {
  const { at, roll } = certificate;
  const own = { deployment: name } as const;
  const next = certificate.public;
  return [
    ...(next === undefined
      ? []
      : [{ ...own, use: 'next' as const, at: [...at, 'public'], file: next }]),
    ...(roll === undefined
      ? []
      : [{ ...own, use: 'current' as const, at: [...at, 'roll', 'current'], file: roll.current }]),
  ];
}

function ofPartners({ partners }: Topology): NamedCertificate[] {
  return partners.flatMap(({ at, issuer, certificate }) =>
    certificate === undefined
      ? []
      : [{ deployment: issuer, use: 'partner', at: [...at, 'certificate'], file: certificate }],
  );
}

function judge(
  named: NamedCertificate,
  bytes: Uint8Array | 'too-large' | undefined,
  report: Report,
): NamedCertificate {
  const found = bytes instanceof Uint8Array ? readCertificate(bytes) : ABSENT[bytes ?? 'missing'];
  if (!('fault' in found)) return { ...named, info: found };
  report.add(`evidence/${found.kind}`, {
    at: named.at,
    address: address('certificate', named.deployment),
    detail: `${named.file} ${found.fault}`,
    help: HELP[found.kind],
  });
  return named;
}

function reportMissingHalf({ name, certificate }: Deployment, report: Report): void {
  const { source, at } = certificate;
  if (certificate.public !== undefined || !THERE_ALREADY.includes(source)) return;
  report.add('evidence/not-given', {
    at,
    address: address('certificate', name),
    detail:
      `the certificate of ${name} exists, but its public half is not named; proofs of what it ` +
      'signs say "assumed", and its end is not watched',
    help: 'export it without its private key and name the file under "public"',
  });
}

function ofKeyStore(
  { name, certificate }: Deployment,
  records: ReadonlyMap<Address, PublicKeyRecord>,
  report: Report,
): NamedCertificate[] {
  const own = address('certificate', name);
  const record = records.get(own);
  if (certificate.source !== 'generate') return [];
  if (certificate.public !== undefined) reportContradiction(name, certificate.at, report);
  if (!record) return [];
  const info = readCertificate(record.certificate);
  // The key store has read this certificate already: what does not parse never gets here.
  if ('fault' in info) throw new Error(`prepared certificate of ${name} ${info.fault}`);
  return [{ deployment: name, at: certificate.at, file: own, use: 'next', info }];
}

function reportContradiction(name: string, at: Path, report: Report): void {
  report.add('evidence/made-and-given', {
    at: [...at, 'public'],
    address: address('certificate', name),
    detail: `the certificate of ${name} is made here (source: generate) and also read from a file`,
    help: 'remove "public", or write "source: existing" if the server has this certificate',
  });
}

function reportIdleRolls(all: NamedCertificates, report: Report): void {
  const next = new Map(
    all.flatMap(({ use, deployment, info }) =>
      use === 'next' && info ? [[deployment, info.thumbprint]] : [],
    ),
  );
  for (const { deployment, use, info, at } of all) {
    if (use !== 'current' || !info || next.get(deployment) !== info.thumbprint) continue;
    report.add('evidence/roll-to-itself', {
      at,
      address: address('certificate', deployment),
      detail: `the certificate in use and the next one of ${deployment} are the same`,
      help: 'name the certificate in use under "roll.current", the one that follows under "public"',
    });
  }
}
