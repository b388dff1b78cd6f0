import type { ArtifactSink } from './artifact-sink.ts';
import type { KeyStore } from './key-store.ts';
import type { Files } from './files.ts';
import type { StateStore } from './state-store.ts';

/** A fresh RSA key pair in DER: the private half as PKCS#8, the public half as SPKI. */
export interface KeyPair {
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** All the core may not do for itself. Tests pass a fixed one, so output is byte-identical. */
export interface World {
  now(): Date;
  random(bytes: number): Uint8Array;
  newKeyPair(bits: number): Promise<KeyPair>;
  readonly files: Files;
  readonly state: StateStore;
  readonly keys: KeyStore;
  readonly artifacts: ArtifactSink;
}
