import { createHash, X509Certificate, type KeyObject } from 'node:crypto';

/** The public half of a signing key, as a receiver sees it. */
export interface PublicCertificate {
  /** SHA-1 of the DER, upper-case hexadecimal. */
  readonly thumbprint: string;
  readonly der: Uint8Array;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** DNS names of the SAN extension. */
  readonly names: readonly string[];
  /** Relative distinguished names, as many as there are, sorted. */
  readonly subject: readonly string[];
  /** Whether it may sign: no key usage is stated, or digital signature is among those stated. */
  readonly maySign: boolean;
}

const MOST_BYTES = 1 << 16;

/** Reads a certificate's DER; `undefined` when it is not exactly one certificate. */
export function readPublicCertificate(der: Uint8Array): PublicCertificate | undefined {
  if (der.length > MOST_BYTES) return undefined;
  try {
    const certificate = new X509Certificate(der);
    // The parser would also read PEM, and ignore what follows a certificate.
    if (!certificate.raw.equals(der)) return undefined;
    return {
      thumbprint: thumbprintOf(der),
      der,
      publicKey: certificate.publicKey,
      notBefore: new Date(certificate.validFrom),
      notAfter: new Date(certificate.validTo),
      names: namesOf(certificate),
      subject: (certificate.subject ?? '').split('\n').filter(Boolean).sort(),
      maySign: maySign(der),
    };
  } catch {
    return undefined;
  }
}

/** SHA-1 of a certificate's DER as the products show it. */
export function thumbprintOf(der: Uint8Array): string {
  return createHash('sha1').update(der).digest('hex').toUpperCase();
}

/** A thumbprint as tokens and documents carry it: base64url of the same twenty bytes. */
export function x5tOf(thumbprint: string): string {
  return Buffer.from(thumbprint, 'hex').toString('base64url');
}

function namesOf(certificate: X509Certificate): string[] {
  const names = certificate.subjectAltName?.split(', ') ?? [];
  return names.flatMap(name => (name.startsWith('DNS:') ? [name.slice('DNS:'.length)] : []));
}

const KEY_USAGE = Buffer.from('0603551d0f', 'hex');
const CRITICAL = Buffer.from('0101ff', 'hex');
const DIGITAL_SIGNATURE = 0x80;

/** Reads the key usage bits, which `node:crypto` does not show. */
function maySign(der: Uint8Array): boolean {
  const at = Buffer.from(der).indexOf(KEY_USAGE);
  if (at < 0) return true;
  let value = Buffer.from(der).subarray(at + KEY_USAGE.length);
  if (value.subarray(0, CRITICAL.length).equals(CRITICAL)) value = value.subarray(CRITICAL.length);
  // OCTET STRING, length, BIT STRING, length, unused bits, first byte of bits.
  return ((value[5] ?? 0) & DIGITAL_SIGNATURE) !== 0;
}
