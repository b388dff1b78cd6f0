import { createHash } from 'node:crypto';
import type { Secret } from '../kernel/secret.ts';
import { bmpString, octets, oid, sequence, setOf, type Asn1 } from './asn1-writer.ts';

/** What goes into a PFX file. */
export interface PfxContent {
  /** PKCS #8 DER. */
  readonly privateKey: Secret;
  readonly certificate: Uint8Array;
  /** The name that certificate stores show. */
  readonly friendlyName: string;
  /** Printable ASCII: readers disagree on everything else. */
  readonly password: Secret;
  readonly random: (bytes: number) => Uint8Array;
}

/** Rounds of key derivation: a tenth of a second for its owner, much more for who must guess. */
export const ROUNDS = 100_000;

const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
const PROVIDER_NAME = '1.3.6.1.4.1.311.17.1';
// The provider that signs SHA-256 for .NET Framework; left to itself an import may choose another.
const PROVIDER = 'Microsoft Enhanced RSA and AES Cryptographic Provider';

/** The attributes of the key: its certificate, its name, and the provider that shall hold it. */
export function keyAttributes(content: PfxContent): Asn1[] {
  return [...certificateAttributes(content), attribute(PROVIDER_NAME, bmpString(PROVIDER))];
}

/** The attributes of the certificate: its key and its name. */
export function certificateAttributes({ certificate, friendlyName }: PfxContent): Asn1[] {
  const id = createHash('sha1').update(certificate).digest();
  return [attribute(LOCAL_KEY_ID, octets(id)), attribute(FRIENDLY_NAME, bmpString(friendlyName))];
}

function attribute(type: string, value: Asn1): Asn1 {
  return sequence(oid(type), setOf(value));
}
