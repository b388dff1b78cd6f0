import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { sha256 } from '../kernel/canonical.ts';
import type { CertificateInfo } from '../kernel/certificate.ts';
import type { Thumbprint } from '../kernel/names.ts';
import { algorithmName, dnsNames, readFields } from './certificate-fields.ts';
import { decodeCertificateFile, type CertificateFault } from './certificate-file.ts';

/** Reads one public certificate: DER, PEM or base64. Says what the file is when it is not one. */
export function readCertificate(bytes: Uint8Array): CertificateInfo | CertificateFault {
  const der = decodeCertificateFile(bytes);
  return der instanceof Uint8Array ? readInfo(der) : der;
}

function readInfo(der: Uint8Array): CertificateInfo | CertificateFault {
  const fields = readFields(der);
  const certificate = parse(der);
  if (!certificate || !fields) return notOne('is not a well-formed X.509 certificate');
  const notBefore = instant(certificate.validFrom);
  const notAfter = instant(certificate.validTo);
  if (notBefore === undefined || notAfter === undefined) return notOne('has an unreadable date');
  return {
    thumbprint: thumbprintOf(der),
    sha256: sha256(der),
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    names: dnsNames(fields).filter(isPlain).map(lowerCase),
    notBefore,
    notAfter,
    ...keyFacts(certificate),
    signature: algorithmName(fields.outerAlgorithm),
    serial: certificate.serialNumber.toLowerCase(),
    der: Uint8Array.from(der),
  };
}

/** SHA-1 of the DER in capitals, as Windows shows it. */
export function thumbprintOf(der: Uint8Array): Thumbprint {
  // SHA-1 names the certificate here; it secures nothing.
  return createHash('sha1').update(der).digest('hex').toUpperCase() as Thumbprint;
}

function notOne(fault: string): CertificateFault {
  return { kind: 'unreadable', fault };
}

function parse(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
}

function instant(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace('.000Z', 'Z');
}

/** One relative name a line, most general first, becomes what Windows shows. */
function distinguishedName(lines: string | undefined): string {
  const parts = (lines ?? '').split('\n').filter(part => part !== '');
  // Controls and invisible marks could repaint a terminal or reorder what a reviewer reads.
  return parts
    .reverse()
    .join(', ')
    .replace(/[\p{Cc}\p{Cf}]/gu, escapeInvisible);
}

function escapeInvisible(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function isPlain(name: string): boolean {
  return /^[!-~]+$/.test(name);
}

function lowerCase(name: string): string {
  return name.toLowerCase();
}

const CURVE_BITS: ReadonlyMap<string, number> = new Map([
  ['prime256v1', 256],
  ['secp384r1', 384],
  ['secp521r1', 521],
]);

function keyFacts(certificate: X509Certificate): Pick<CertificateInfo, 'keyType' | 'keyBits'> {
  const key = publicKeyOf(certificate);
  const details = key?.asymmetricKeyDetails;
  if (key?.asymmetricKeyType === 'rsa') {
    return { keyType: 'rsa', keyBits: details?.modulusLength ?? 0 };
  }
  if (key?.asymmetricKeyType === 'ec') {
    return { keyType: 'ec', keyBits: CURVE_BITS.get(details?.namedCurve ?? '') ?? 0 };
  }
  return { keyType: 'other', keyBits: 0 };
}

function publicKeyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    // A key of a kind that OpenSSL does not know.
    return undefined;
  }
}
