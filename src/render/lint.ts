import type { X509Certificate } from 'node:crypto';
import type { CertificateInfo } from '../kernel/certificate.ts';
import type { CertificateFields } from '../evidence/certificate-fields.ts';

/** What is known of a certificate beside itself; lints that need what is absent stay silent. */
export interface LintProfile {
  /** DNS names it must carry; empty: it must carry none. */
  readonly names?: readonly string[];
  readonly usages?: readonly string[];
  readonly extendedUsages?: readonly string[];
  /** The public key it must be for, as SPKI. */
  readonly publicKey?: Uint8Array;
  /** Longest life in days that raises no warning. */
  readonly longest?: number;
  /** The instant at which it is made. */
  readonly now?: Date;
  /** Serial numbers that are taken, in lower-case hexadecimal. */
  readonly serials?: ReadonlySet<string>;
}

/** A certificate as lints look at it. */
export interface LintSubject {
  readonly info: CertificateInfo;
  readonly fields: CertificateFields;
  readonly x509: X509Certificate;
  readonly profile: LintProfile;
}

/** One thing that must hold of a certificate. */
export interface Lint {
  /** Number in our list; never used again for another lint. */
  readonly number: number;
  /** The name that public linters use, where one exists. */
  readonly id: string;
  readonly severity: 'error' | 'warning';
  /** Certificates it is about: every one, those with DNS names, or those without. */
  readonly for: 'every' | 'named' | 'bare';
  /** What is wrong; `undefined` when nothing is. */
  find(subject: LintSubject): string | undefined;
}

/** What one lint found. */
export interface LintFinding {
  readonly id: string;
  readonly severity: Lint['severity'];
  readonly text: string;
}
