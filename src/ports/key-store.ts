import type { Address } from '../kernel/address.ts';
import type { Secret } from '../kernel/secret.ts';

/** What anyone may know of a prepared key: enough to plan with exact bytes. */
export interface PublicKeyRecord {
  readonly address: Address;
  /** DER of the certificate, made once when the key was prepared. */
  readonly certificate: Uint8Array;
  /** Digest of the declared profile the certificate was made for. */
  readonly profile: string;
}

/** Keeps private keys, encrypted, by address. Listing needs no passphrase. */
export interface KeyStore {
  list(): Promise<readonly PublicKeyRecord[]>;
  /** Whether private halves can be opened or added now (a passphrase is configured). */
  readonly unlocked: boolean;
  /** Opens one private key (PKCS#8 DER); throws a Refusal when the store stays locked. */
  open(address: Address): Promise<Secret | undefined>;
  /** Adds a key; a key that exists is never made again: throws if the address is taken. */
  add(record: PublicKeyRecord, privateKey: Secret): Promise<void>;
}
