import { blockOf, documentOf, scriptsWith, textOf, textsOf, type Bundle } from './bundle.ts';
import type { PublicCertificate } from './certificate.ts';
import type { Inspection } from './inspection.ts';

/** Script, file and document of every issuer name the same certificates. */
export function checkCertificates(inspection: Inspection): void {
  const { bundle } = inspection;
  for (const deployment of bundle.deployments.keys()) {
    checkDeployment(deployment, inspection);
    checkPins(deployment, inspection);
  }
}

function checkDeployment(deployment: string, { bundle, say }: Inspection): void {
  const script = scriptsWith(bundle, deployment, 'Certificate')[0];
  if (!script) return;
  const declared = blockOf(script, 'Certificate');
  const differ = (file: string, detail: string): void =>
    say('proof/certificate-differs', file, detail);
  const file = certificateFile(bundle, deployment, 'issuer.cer');
  const thumbprint = textOf(declared, 'Thumbprint');
  if (file && file.thumbprint !== thumbprint) {
    differ(
      script.path,
      `Certificate.Thumbprint is not that of ${deployment}/certificates/issuer.cer`,
    );
  }
  if (!file && thumbprint !== undefined) {
    differ(
      script.path,
      `Certificate.Thumbprint is declared and ${deployment}/certificates/issuer.cer is not there`,
    );
  }
  const previous = textOf(declared, 'Previous');
  const before = certificateFile(bundle, deployment, 'previous.cer');
  if (before && before.thumbprint !== previous) {
    differ(
      script.path,
      `Certificate.Previous is not that of ${deployment}/certificates/previous.cer`,
    );
  }
  checkPublished(bundle, deployment, differ);
  if (file) profileFaults(declared, file).forEach(fault => differ(script.path, fault));
}

type Differ = (file: string, detail: string) => void;

/** The document publishes what signs first, and nothing that the script does not know. */
function checkPublished(bundle: Bundle, deployment: string, differ: Differ): void {
  const document = documentOf(bundle, deployment);
  const declared = blockOf(scriptsWith(bundle, deployment, 'Certificate')[0], 'Certificate');
  if (!document) return;
  const rolls = textOf(declared, 'Effective') !== undefined;
  const names = rolls ? ['Previous', 'Thumbprint'] : ['Thumbprint'];
  const expected = names.flatMap(name => textOf(declared, name) ?? []);
  const found = document.keys.map(key => key.thumbprint);
  if (found.join() === expected.join()) return;
  const path = bundle.deployments.get(deployment)?.document?.path ?? '';
  differ(path, `publishes ${found.join(', ')}; the script declares ${expected.join(', ')}`);
}

function profileFaults(
  declared: ReturnType<typeof blockOf>,
  certificate: PublicCertificate,
): string[] {
  const faults: string[] = [];
  const ends = Date.parse(textOf(declared, 'NotAfter') ?? '');
  if (ends !== certificate.notAfter.getTime()) {
    faults.push('Certificate.NotAfter is not the end of certificates/issuer.cer');
  }
  const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? null;
  if ((declared['KeySize'] ?? bits) !== bits) {
    faults.push('Certificate.KeySize is not that of certificates/issuer.cer');
  }
  const names = textsOf(declared, 'Names').map(name => name.toLowerCase());
  const missing = names.find(name => !certificate.names.includes(name));
  if (missing !== undefined) faults.push(`certificates/issuer.cer does not name "${missing}"`);
  return faults;
}

/** A pinned thumbprint that the partner does not publish would never be met. */
function checkPins(deployment: string, { bundle, say }: Inspection): void {
  for (const script of scriptsWith(bundle, deployment, 'Partner')) {
    const partner = blockOf(script, 'Partner');
    const issuer = textOf(partner, 'Deployment') ?? '';
    const published = documentOf(bundle, issuer)?.keys.map(key => key.thumbprint) ?? [];
    const unknown = textsOf(partner, 'Thumbprints').find(one => !published.includes(one));
    if (unknown === undefined) continue;
    const detail = `Partner.Thumbprints holds ${unknown}, which ${issuer} does not publish`;
    say('proof/certificate-differs', script.path, detail, `edge/${deployment}/${issuer}`);
  }
}

function certificateFile(
  bundle: Bundle,
  deployment: string,
  name: string,
): PublicCertificate | undefined {
  const files = bundle.deployments.get(deployment)?.certificates ?? [];
  return files.find(file => file.path === `${deployment}/certificates/${name}`)?.certificate;
}
