import { X509Certificate } from 'node:crypto';
import { readFields } from '../evidence/certificate-fields.ts';
import { readCertificate } from '../evidence/certificate.ts';
import { ENCODING_LINTS } from './lint-encoding.ts';
import { EXTENSION_LINTS } from './lint-extensions.ts';
import { KEY_LINTS } from './lint-key.ts';
import { NAME_LINTS } from './lint-names.ts';
import type { Lint, LintFinding, LintProfile, LintSubject } from './lint.ts';

/** Every lint, in the order of our list. */
export const LINTS: readonly Lint[] = [
  ...ENCODING_LINTS,
  ...KEY_LINTS,
  ...NAME_LINTS,
  ...EXTENSION_LINTS,
].sort((a, b) => a.number - b.number);

/** Runs the lints that are about this certificate; reads it with what did not write it. */
export function lintCertificate(der: Uint8Array, profile: LintProfile): LintFinding[] {
  const subject = look(der, profile);
  if (typeof subject === 'string') {
    return [{ id: 'certificate_unreadable', severity: 'error', text: subject }];
  }
  return LINTS.filter(lint => concerns(lint, profile)).flatMap(lint => {
    const text = lint.find(subject);
    return text === undefined ? [] : [{ id: lint.id, severity: lint.severity, text }];
  });
}

function look(der: Uint8Array, profile: LintProfile): LintSubject | string {
  const info = readCertificate(der);
  const fields = readFields(der);
  if ('fault' in info) return info.fault;
  return fields ? { info, fields, x509: new X509Certificate(der), profile } : 'has another shape';
}

function concerns(lint: Lint, { names }: LintProfile): boolean {
  if (lint.for === 'every') return true;
  return names !== undefined && (lint.for === 'named') === names.length > 0;
}
