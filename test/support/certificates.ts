import { makeCertificate, type CertificateRequest } from '../../src/render/certificate.ts';
import { testKeyPair } from './keys.ts';

/** A sound request for a certificate of a test key, with what a test wants to be different. */
export function certificateRequest(
  index: number,
  different: Partial<CertificateRequest> = {},
): CertificateRequest {
  return {
    subject: 'CN=litwareinc.com',
    names: ['litwareinc.com', 'litware.net'],
    keyPair: testKeyPair(index),
    serial: new Uint8Array(16).fill(index + 1),
    notBefore: new Date('2029-12-31T23:00:00Z'),
    notAfter: new Date('2031-12-31T23:00:00Z'),
    usages: ['digitalSignature', 'keyEncipherment'],
    extendedUsages: ['serverAuth'],
    ...different,
  };
}

/** The certificate of a test key, as DER. */
export function testCertificate(
  index: number,
  different: Partial<CertificateRequest> = {},
): Uint8Array {
  return makeCertificate(certificateRequest(index, different));
}

/** DER in PEM form. */
export function pem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
