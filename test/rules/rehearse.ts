import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CertificateInfo, NamedCertificate } from '../../src/kernel/certificate.ts';
import type { Thumbprint } from '../../src/kernel/names.ts';
import { inSourceOrder, type Diagnostic } from '../../src/kernel/report.ts';
import { installations } from '../../src/products/installation.ts';
import type { Catalog } from '../../src/products/product.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { applyRules } from '../../src/rules/index.ts';
import { settle } from '../../src/rules/waivers.ts';
import { readTopology } from '../../src/topology/read.ts';

/** The day on which every test of a rule takes place. */
export const NOW = new Date('2026-11-24T12:00:00Z');

/** What may differ from the usual rehearsal. */
export interface Rehearsal {
  readonly now?: Date;
  readonly catalog?: Catalog;
  readonly certificates?: readonly NamedCertificate[];
}

/** Every finding about a topology's text, in source order, waivers settled. */
export function rehearse(text: string, options: Rehearsal = {}): Diagnostic[] {
  const { now = NOW, catalog = readCatalog(), certificates = [] } = options;
  const bytes = new TextEncoder().encode(text);
  const { topology, report, locate } = readTopology([{ file: 'topology.yaml', bytes }]);
  if (!topology) return inSourceOrder(report.diagnostics);
  const installed = installations(topology, catalog);
  applyRules({ topology, catalog, installations: installed, certificates, now }, report);
  return inSourceOrder(settle(report.diagnostics, { topology, now, locate }));
}

/** The codes found, each once. */
export function codesOf(text: string, options?: Rehearsal): string[] {
  return [...new Set(rehearse(text, options).map(({ code }) => code))];
}

/** A base topology of the catalogue, with some text replaced; each must occur exactly once. */
export function edited(base: string, ...edits: readonly (readonly [string, string])[]): string {
  const file = new URL(`../../templates/diagnostics/base/${base}/topology.yaml`, import.meta.url);
  return edits.reduce(replaceOnce, readFileSync(file, 'utf8'));
}

function replaceOnce(text: string, [from, to]: readonly [string, string]): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`"${from}" occurs ${parts.length - 1} times`);
  return parts.join(to);
}

/** Findings as plain text, for goldens. */
export function printed(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(print).join('\n');
}

function print(one: Diagnostic): string {
  const { place, code, rule, severity, summary, detail, help, address, related, waived } = one;
  const lines = [
    `${place ? `${place.line}:${place.column}` : '-'}: ${severity}: ${summary}`,
    `  ${code}${rule ? `, ${rule}` : ''}`,
    `  at ${address ?? '-'}`,
    `  ${detail}`,
    `  help: ${help.replace(/\n/g, '\n    ')}`,
    ...related.map(other => `  see ${other.place.line}:${other.place.column}: ${other.text}`),
    ...(waived ? [`  waived until ${waived.until}: ${waived.reason}`] : []),
  ];
  return lines.join('\n') + '\n';
}

/** The subject that setup gives every certificate of an issuer. */
const SHIPPED: ReadonlyMap<string, string> = new Map([
  ['exchange', 'CN=Microsoft Exchange Server Auth Certificate'],
]);

/** A certificate as it would be read from a file; only its facts matter here. */
export function certificate(
  deployment: string,
  use: NamedCertificate['use'],
  info: Partial<CertificateInfo> = {},
): NamedCertificate {
  const thumbprint = createHash('sha1').update(`${deployment} ${use}`).digest('hex').toUpperCase();
  return {
    deployment,
    use,
    at: ['deployments', deployment, 'issuer', 'certificate', 'source'],
    file: `evidence/${deployment}-${use}.cer`,
    info: {
      thumbprint: thumbprint as Thumbprint,
      sha256: thumbprint,
      subject: SHIPPED.get(deployment) ?? `CN=${deployment}`,
      issuer: `CN=${deployment}`,
      names: [],
      notBefore: '2025-01-01T00:00:00Z',
      notAfter: '2030-01-01T00:00:00Z',
      keyType: 'rsa',
      keyBits: 2048,
      signature: 'sha256WithRSAEncryption',
      serial: '01',
      der: new Uint8Array(),
      ...info,
    },
  };
}
