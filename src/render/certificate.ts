import { createPrivateKey, sign } from 'node:crypto';
import forge from 'node-forge';
import type { KeyPair } from '../ports/world.ts';
import { bits, fromDer, nothing, oid, sequence, toDer, type Asn1 } from './asn1-writer.ts';
import { NAME_TYPES, readDistinguishedName, type NamePart } from './distinguished-name.ts';
import { lintCertificate } from './lint-certificate.ts';
import { PRINTABLE } from './lint-names.ts';

const { pki } = forge;
const { Type } = forge.asn1;

/** Everything a self-signed certificate consists of; the same request gives the same bytes. */
export interface CertificateRequest {
  /** `CN=litwareinc.com`, most specific part first. */
  readonly subject: string;
  /** DNS names for the SAN extension; none: no such extension. */
  readonly names: readonly string[];
  readonly keyPair: KeyPair;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
  /** Whole seconds. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Named as in X.509: `digitalSignature`. */
  readonly usages: readonly string[];
  readonly extendedUsages: readonly string[];
}

/**
 * Makes the self-signed certificate of an issuer, as DER. The library only writes; `node:crypto`
 * signs. What comes out is read back and linted: a finding is a bug and throws.
 */
export function makeCertificate(request: CertificateRequest): Uint8Array {
  const signed = WRITER.getTBSCertificate(describe(request));
  const algorithm = sequence(oid(SIGNATURE), nothing());
  const der = toDer(sequence(signed, algorithm, bits(signatureOf(signed, request))));
  refuseBadWork(der, request);
  return der;
}

// The library has this function; its types do not.
const WRITER = pki as unknown as {
  getTBSCertificate(certificate: forge.pki.Certificate): Asn1;
};
const OIDS = pki.oids as Readonly<Record<string, string>>;
const SIGNATURE = OIDS['sha256WithRSAEncryption'] ?? '';

function describe(request: CertificateRequest): forge.pki.Certificate {
  const certificate = pki.createCertificate();
  const subject = fieldsOf(request.subject);
  certificate.publicKey = pki.publicKeyFromAsn1(fromDer(request.keyPair.publicKey));
  certificate.serialNumber = serialOf(request.serial);
  certificate.validity = { notBefore: request.notBefore, notAfter: request.notAfter };
  certificate.siginfo.algorithmOid = SIGNATURE;
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions(extensionsOf(request));
  return certificate;
}

/** Exactly 16 octets, never negative: the topmost bit is cleared and the next one set. */
function serialOf(random: Uint8Array): string {
  const [first = 0, ...rest] = random.slice(0, 16);
  if (rest.length !== 15) throw new Error('a serial number takes 16 random bytes');
  return Buffer.from([(first & 0x7f) | 0x40, ...rest]).toString('hex');
}

function fieldsOf(subject: string): forge.pki.CertificateField[] {
  const parts = readDistinguishedName(subject);
  if ('fault' in parts) throw new Error(`subject "${subject}" ${parts.fault}`);
  // Names are written the most specific part first and encoded the other way round.
  return parts.toReversed().map(fieldOf);
}

function fieldOf({ type, value }: NamePart): forge.pki.CertificateField {
  const tag =
    type === 'DC' ? Type.IA5STRING : PRINTABLE.test(value) ? Type.PRINTABLESTRING : Type.UTF8;
  return {
    type: NAME_TYPES[type]?.oid ?? '',
    value,
    // The library's types say "class" where it takes a type.
    valueTagClass: tag as unknown as forge.asn1.Class,
  };
}

/** A certificate without names looks like those that products without names make themselves. */
function extensionsOf({ names, usages, extendedUsages }: CertificateRequest): object[] {
  const flags = (words: readonly string[]): object =>
    Object.fromEntries(words.map(word => [word, true]));
  const dns = names.map(value => ({ type: 2, value }));
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', critical: true, ...flags(usages) },
    { name: 'extKeyUsage', ...flags(extendedUsages) },
    ...(dns.length === 0
      ? []
      : [{ name: 'subjectAltName', altNames: dns }, { name: 'subjectKeyIdentifier' }]),
  ];
}

function signatureOf(signed: Asn1, { keyPair }: CertificateRequest): Uint8Array {
  const key = createPrivateKey({
    key: Buffer.from(keyPair.privateKey),
    format: 'der',
    type: 'pkcs8',
  });
  return sign('sha256', toDer(signed), key);
}

function refuseBadWork(der: Uint8Array, request: CertificateRequest): void {
  const { names, usages, extendedUsages, keyPair } = request;
  const profile = { names, usages, extendedUsages, publicKey: keyPair.publicKey };
  const errors = lintCertificate(der, profile).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const found = errors.map(({ id, text }) => `${id}: ${text}`).join('; ');
  throw new Error(`the certificate that was made is not sound: ${found}`);
}
