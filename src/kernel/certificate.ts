import type { Path } from './json.ts';
import type { Thumbprint } from './names.ts';

/** What a certificate says, read by an implementation that did not write it. */
export interface CertificateInfo {
  readonly thumbprint: Thumbprint;
  /** SHA-256 of the DER in lower-case hexadecimal. */
  readonly sha256: string;
  /** RFC 4514-like, comma-separated, most specific first: `CN=litwareinc.com`. */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names of the SAN extension, in order, lower case. */
  readonly names: readonly string[];
  /** UTC instants, ISO 8601 without fractions: `2030-01-01T00:00:00Z`. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly keyType: 'rsa' | 'ec' | 'other';
  readonly keyBits: number;
  /** Signature algorithm as OpenSSL names it: `sha256WithRSAEncryption`. */
  readonly signature: string;
  /** Serial number, lower-case hexadecimal. */
  readonly serial: string;
  readonly der: Uint8Array;
}

/** A certificate file that the topology names, or the public half of a prepared key. */
export interface NamedCertificate {
  readonly deployment: string;
  /** Where the topology names it. */
  readonly at: Path;
  /** The file as written; the key's address for prepared keys. */
  readonly file: string;
  /** `next` signs from now or from the effective date on; `current` is what a roll replaces. */
  readonly use: 'next' | 'current' | 'partner';
  readonly info?: CertificateInfo;
}

/** All certificates that a topology names. */
export type NamedCertificates = readonly NamedCertificate[];
