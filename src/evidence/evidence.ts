import type { CertificateInfo } from '../kernel/certificate.ts';
import type { JsonObject } from '../kernel/json.ts';

/** Files of one reading of a server: a folder of a collector, or one document. */
export interface EvidenceFiles {
  /** The folder or file, as it was named. */
  readonly place: string;
  /** Relative path, with `/`, to bytes. `envelope.json` says what the others are. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Why an entry that is called evidence was not read; it has no files then. */
  readonly skipped?: string;
}

/** The file of a folder that names the others. */
export const ENVELOPE = 'envelope.json';

/** What was read on one server at one moment. */
export interface Evidence {
  readonly place: string;
  /** SHA-256 of its envelope, which names the digests of all other files. */
  readonly sha256: string;
  readonly family: string;
  readonly host: string;
  readonly build: string | null;
  /** UTC instant, ISO 8601. */
  readonly collectedAt: string;
  /** Command to the objects that it showed; what is not here is not known to be absent. */
  readonly objects: ReadonlyMap<string, readonly JsonObject[]>;
  /** By thumbprint, in capitals. */
  readonly certificates: ReadonlyMap<string, CertificateInfo>;
  /** Of them whether the store of the server holds the private key; nothing where nobody looked. */
  readonly privateKeys: ReadonlyMap<string, 'present' | 'absent'>;
  /** Who keeps that key: a cryptographic service provider, or a key storage provider of CNG. */
  readonly keyStorage: ReadonlyMap<string, 'csp' | 'cng'>;
  /** What could not be read, and why. */
  readonly unread: ReadonlyMap<string, string>;
}

/** What collectors say of a certificate in use that they looked for and that is not there. */
export const NOT_IN_STORE = 'it is not in the store LocalMachine\\My of this computer.';
