import { createHmac } from 'node:crypto';
import forge from 'node-forge';
import {
  fromDer,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  setOf,
  tagged,
  toDer,
  type Asn1,
} from './asn1-writer.ts';
import { certificateAttributes, keyAttributes, ROUNDS, type PfxContent } from './pfx-content.ts';

const DATA = '1.2.840.113549.1.7.1';
const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';
const KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const X509 = '1.2.840.113549.1.9.22.1';
const SHA1 = '1.3.14.3.2.26';
// What distinguishes a MAC key from others made of one password (RFC 7292, appendix B.3).
const MAC_KEY = 3;

/** A PFX with 3DES and SHA-1, the strongest that Windows before Server 2019 reads. */
export function makeOldPfx(content: PfxContent): Uint8Array {
  const password = content.password.revealText();
  const safe = sequence(data(sequence(certificateBag(content))), data(sequence(keyBag(content))));
  const salt = content.random(20);
  const mac = sequence(
    sequence(sequence(oid(SHA1), nothing()), octets(macOf(toDer(safe), password, salt))),
    octets(salt),
    integer(ROUNDS),
  );
  return toDer(sequence(integer(3), data(safe), mac));
}

function data(value: Asn1): Asn1 {
  return sequence(oid(DATA), tagged(octets(toDer(value))));
}

function certificateBag(content: PfxContent): Asn1 {
  const certificate = sequence(oid(X509), tagged(octets(content.certificate)));
  return sequence(
    oid(CERTIFICATE_BAG),
    tagged(certificate),
    setOf(...certificateAttributes(content)),
  );
}

function keyBag(content: PfxContent): Asn1 {
  const sealed = forge.pki.encryptPrivateKeyInfo(
    fromDer(content.privateKey.reveal()),
    content.password.revealText(),
    { algorithm: '3des', count: ROUNDS, saltSize: 20 },
  );
  return sequence(oid(KEY_BAG), tagged(sealed), setOf(...keyAttributes(content)));
}

function macOf(safe: Uint8Array, password: string, salt: Uint8Array): Uint8Array {
  const bytes = forge.util.createBuffer(Buffer.from(salt).toString('latin1'));
  const key = forge.pkcs12.generateKey(password, bytes, MAC_KEY, ROUNDS, 20);
  const secret = Buffer.from(key.getBytes(), 'latin1');
  return createHmac('sha1', secret).update(safe).digest();
}
