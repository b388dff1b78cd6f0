import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import forge from 'node-forge';
import { testKeyPair } from './keys.ts';

/** A certificate with the key that belongs to it, both in PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
  readonly der: Uint8Array;
}

/** What a certificate shall say; what is left out is sound. */
export interface Wish {
  readonly name: string;
  /** DNS names of the SAN extension; default: the name. */
  readonly names?: readonly string[];
  readonly authority?: boolean;
  readonly issuer?: Identity;
  readonly key?: KeyObject;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const DAY = 86_400_000;
let serial = 1;

/** The private key of an index of the published test keys. */
export function testKey(index: number): KeyObject {
  const key = Buffer.from(testKeyPair(index).privateKey);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** A fresh RSA key, which may be a bad one. */
export function freshKey(modulusLength: number, publicExponent = 65_537): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey;
}

/** Makes a certificate, signed by its issuer or by itself. */
export function issue(wish: Wish): Identity {
  const key = pemOf(wish.key ?? testKey(0));
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString(),
  );
  certificate.serialNumber = `4${(serial++).toString(16).padStart(31, '0')}`;
  certificate.validity.notBefore = wish.notBefore ?? new Date(Date.now() - DAY);
  certificate.validity.notAfter = wish.notAfter ?? new Date(Date.now() + 30 * DAY);
  const subject = [{ name: 'commonName', value: wish.name }];
  certificate.setSubject(subject);
  const above = wish.issuer && forge.pki.certificateFromPem(wish.issuer.certificate);
  certificate.setIssuer(above?.subject.attributes ?? subject);
  const altNames = (wish.names ?? [wish.name]).map(value => ({ type: 2, value }));
  certificate.setExtensions([
    { name: 'basicConstraints', cA: wish.authority ?? false, critical: true },
    ...(wish.authority ? [] : [{ name: 'subjectAltName', altNames }]),
  ]);
  const signer = forge.pki.privateKeyFromPem(wish.issuer?.key ?? key);
  certificate.sign(signer, forge.md.sha256.create());
  const bytes = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes();
  const der = new Uint8Array(Buffer.from(bytes, 'latin1'));
  return { certificate: forge.pki.certificateToPem(certificate), key, der };
}

function pemOf(key: KeyObject): string {
  // The library reads the older form.
  return key.export({ format: 'pem', type: 'pkcs1' }).toString();
}
