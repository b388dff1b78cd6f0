import { address } from '../kernel/address.ts';
import type { NamedCertificate, NamedCertificates } from '../kernel/certificate.ts';
import type { Path } from '../kernel/json.ts';
import type { Code, Report } from '../kernel/report.ts';
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

const HELP: Readonly<Record<CertificateFault['kind'], string>> = {
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
  const read = await Promise.all(written.map(one => readOne(one, files, report)));
  deployments.forEach(one => reportMissingHalf(one, report));
  const made = deployments.flatMap(one => ofKeyStore(one, prepared, report));
  const all = [...made, ...read];
  deployments.forEach(one => reportIdleRoll(one, all, report));
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

async function readOne(
  named: NamedCertificate,
  files: Files,
  report: Report,
): Promise<NamedCertificate> {
  const bytes = await files.read(named.file, MOST_BYTES);
  const fault = (code: Code, detail: string, help: string): NamedCertificate => {
    report.add(code, {
      at: named.at,
      detail,
      help,
      address: address('certificate', named.deployment),
    });
    return named;
  };
  if (bytes === undefined) {
    const help = 'write the path relative to the topology, or export the certificate to it';
    return fault('evidence/missing', `there is no file ${named.file}`, help);
  }
  if (bytes === 'too-large') {
    const detail = `${named.file} has more than ${MOST_BYTES} bytes; a certificate has fewer`;
    return fault('evidence/too-large', detail, HELP['too-large']);
  }
  const info = readCertificate(bytes);
  if (!('fault' in info)) return { ...named, info };
  return fault(`evidence/${info.kind}`, `${named.file} ${info.fault}`, HELP[info.kind]);
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
  prepared: readonly PublicKeyRecord[],
  report: Report,
): NamedCertificate[] {
  const own = address('certificate', name);
  const record = prepared.find(one => one.address === own);
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

function reportIdleRoll(
  { name, certificate }: Deployment,
  all: NamedCertificates,
  report: Report,
): void {
  const [next, current] = (['next', 'current'] as const).map(
    use => all.find(one => one.deployment === name && one.use === use)?.info?.thumbprint,
  );
  if (next === undefined || next !== current) return;
  report.add('evidence/roll-to-itself', {
    at: [...certificate.at, 'roll', 'current'],
    address: address('certificate', name),
    detail: `the certificate in use and the next one of ${name} are the same (${next})`,
    help: 'name the certificate in use under "roll.current", the one that follows under "public"',
  });
}
