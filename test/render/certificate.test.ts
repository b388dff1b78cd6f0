import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { algorithmName, OID, readFields } from '../../src/evidence/certificate-fields.ts';
import { readOid, TAG } from '../../src/evidence/der.ts';
import { makeCertificate } from '../../src/render/certificate.ts';
import { readDistinguishedName } from '../../src/render/distinguished-name.ts';
import { certificateRequest, testCertificate } from '../support/certificates.ts';
import { testKeyPair } from '../support/keys.ts';

const oidsOf = (der: Uint8Array): string[] =>
  readFields(der)?.extensions.map(({ oid }) => oid) ?? [];
const subjectTag = (subject: string): number | undefined => {
  const fields = readFields(testCertificate(0, { subject }));
  return fields?.subject.children[0]?.children[0]?.children[1]?.tag;
};

describe('making a certificate', () => {
  it('signs with SHA-256 and its own key', () => {
    const der = testCertificate(0);
    const certificate = new X509Certificate(der);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    const fields = readFields(der);
    expect(fields && algorithmName(fields.innerAlgorithm)).toBe('sha256WithRSAEncryption');
    expect(certificate.ca).toBe(false);
  });

  it('gives the same bytes for the same request', () => {
    expect(testCertificate(0)).toEqual(testCertificate(0));
  });

  it('has names and a key identifier where the profile has names, and neither where not', () => {
    const basic = [OID.basicConstraints, OID.keyUsage, OID.extendedKeyUsage];
    const named = [...basic, OID.subjectAltName, OID.subjectKeyIdentifier];
    expect(oidsOf(testCertificate(0))).toEqual(named);
    expect(oidsOf(testCertificate(0, { names: [] }))).toEqual(basic);
  });

  it.each([0x00, 0x7f, 0x80, 0xff])('makes 16 positive octets of a serial of octets %i', octet => {
    const serial = new Uint8Array(16).fill(octet);
    const content = readFields(testCertificate(0, { serial }))?.serial.content;
    expect(content).toHaveLength(16);
    expect(content?.[0]).toBeGreaterThanOrEqual(0x40);
    expect(content?.[0]).toBeLessThan(0x80);
    expect(content?.slice(1)).toEqual(serial.slice(1));
  });

  it('writes dates through 2049 as UTCTime and later ones as GeneralizedTime', () => {
    const notAfter = new Date('2050-01-01T00:00:00Z');
    const fields = readFields(testCertificate(0, { notAfter }));
    expect(fields?.notBefore.tag).toBe(TAG.utcTime);
    expect(fields?.notAfter.tag).toBe(TAG.generalizedTime);
    expect(Buffer.from(fields?.notAfter.content ?? []).toString()).toBe('20500101000000Z');
  });

  it('writes names in the smallest string type that holds them', () => {
    expect(subjectTag('CN=litwareinc.com')).toBe(TAG.printableString);
    expect(subjectTag('CN=Bücher')).toBe(TAG.utf8String);
    expect(subjectTag('CN=a_b')).toBe(TAG.utf8String);
    expect(subjectTag('DC=com')).toBe(TAG.ia5String);
  });

  it('encodes the most general part first, however the name is written', () => {
    const fields = readFields(testCertificate(0, { subject: 'CN=a, O=b, C=DE', names: [] }));
    const types = fields?.subject.children.map(one => readOid(one.children[0]?.children[0]));
    expect(types).toEqual(['2.5.4.6', '2.5.4.10', '2.5.4.3']);
  });

  it.each([
    ['a subject of nothing', { subject: '' }],
    ['a long common name', { subject: `CN=${'a'.repeat(65)}` }],
    ['a wildcard', { names: ['*.litware.com'] }],
    ['a name with a NUL', { names: ['litware.com\0.evil.com'] }],
    ['a name with an umlaut', { names: ['bücher.com'] }],
    ['a name twice', { names: ['litware.com', 'litware.com'] }],
    ['an end before its begin', { notAfter: new Date('2020-01-01T00:00:00Z') }],
    ['a key that may not sign', { usages: ['keyEncipherment'] }],
    ['a usage that signs certificates', { usages: ['digitalSignature', 'keyCertSign'] }],
    ['a short serial', { serial: new Uint8Array(8) }],
  ])('throws rather than make %s', (_, different) => {
    expect(() => testCertificate(0, different)).toThrow();
  });

  it('throws when the halves of the key pair do not belong together', () => {
    const { privateKey } = testKeyPair(0);
    const { publicKey } = testKeyPair(1);
    const request = certificateRequest(0, { keyPair: { privateKey, publicKey } });
    expect(() => makeCertificate(request)).toThrow('self_signature_or_key_mismatch');
  });
});

describe('reading a distinguished name', () => {
  it('takes it apart', () => {
    expect(readDistinguishedName('CN=a\\, b,ou= c =d , C=DE')).toEqual([
      { type: 'CN', value: 'a, b' },
      { type: 'OU', value: 'c =d' },
      { type: 'C', value: 'DE' },
    ]);
  });

  it.each([
    ['', 'is empty'],
    ['CN=', 'empty CN'],
    ['litwareinc.com', 'part ""'],
    ['E=a@b.com', 'part "E"'],
    [`CN=${'ü'.repeat(65)}`, 'CN of 65 characters'],
    ['C=DEU', 'C of 3 characters'],
    ['CN=a\u202eb', 'invisible'],
  ])('says what is wrong with %j', (text, what) => {
    expect(readDistinguishedName(text)).toMatchObject({
      fault: expect.stringContaining(what) as string,
    });
  });
});
