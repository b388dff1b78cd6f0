import type { CertificateEnd } from '../../index.ts';

/** The named certificates and when they end; nothing where none is named. */
export function humanEnds(ends: readonly CertificateEnd[]): string {
  if (ends.length === 0) return '';
  const size = Math.max(...ends.map(({ address }) => address.length));
  const lines = ends.map(
    ({ address, not_after, subject }) =>
      `  ${address.padEnd(size)}  ends ${not_after.slice(0, 10)}  ${subject}`,
  );
  return ['Certificates:', ...lines].join('\n');
}
