import {
  Attribute,
  AuthenticatedSafe,
  CertBag,
  Certificate,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeBag,
  SafeContents,
} from 'pkijs';
import { toDer, type Asn1 } from './asn1-writer.ts';
import { certificateAttributes, keyAttributes, ROUNDS, type PfxContent } from './pfx-content.ts';

const CERTIFICATE_BAG = '1.2.840.113549.1.12.10.1.3';
const KEY_BAG = '1.2.840.113549.1.12.10.1.2';
/** The library's numbers for its two ways to keep contents. */
const PLAIN = 0;
const ENCRYPTED = 1;

/** A PFX with AES-256 and SHA-256 throughout, for Windows Server 2019 and later. */
export async function makeAesPfx(content: PfxContent): Promise<Uint8Array> {
  const encryption = {
    password: Uint8Array.from(content.password.reveal()).buffer,
    contentEncryptionAlgorithm: { name: 'AES-CBC', length: 256 },
    hmacHashAlgorithm: 'SHA-256',
    iterationCount: ROUNDS,
  };
  const key = new PKCS8ShroudedKeyBag({
    parsedValue: PrivateKeyInfo.fromBER(exact(content.privateKey.reveal())),
  });
  await key.makeInternalValues(encryption);
  const safe = new AuthenticatedSafe({
    parsedValue: {
      safeContents: [
        { privacyMode: PLAIN, value: bag(KEY_BAG, key, keyAttributes(content)) },
        { privacyMode: ENCRYPTED, value: certificateBag(content) },
      ],
    },
  });
  await safe.makeInternalValues({ safeContents: [{}, encryption] });
  const pfx = new PFX({ parsedValue: { integrityMode: PLAIN, authenticatedSafe: safe } });
  await pfx.makeInternalValues({
    password: encryption.password,
    iterations: ROUNDS,
    pbkdf2HashAlgorithm: 'SHA-256',
    hmacHashAlgorithm: 'SHA-256',
  });
  return new Uint8Array(pfx.toSchema().toBER(false));
}

function certificateBag(content: PfxContent): SafeContents {
  const certificate = Certificate.fromBER(exact(content.certificate));
  const value = new CertBag({ parsedValue: certificate });
  return bag(CERTIFICATE_BAG, value, certificateAttributes(content));
}

function bag(
  bagId: string,
  bagValue: CertBag | PKCS8ShroudedKeyBag,
  attributes: readonly Asn1[],
): SafeContents {
  const bagAttributes = attributes.map(one => Attribute.fromBER(exact(toDer(one))));
  return new SafeContents({ safeBags: [new SafeBag({ bagId, bagValue, bagAttributes })] });
}

/** A buffer of exactly these bytes, which is what the library takes. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
