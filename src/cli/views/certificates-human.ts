import type { CertificateEnd } from '../../index.ts';
import { wrap } from './wrap.ts';

/** The named certificates and when they end; nothing where none is named. */
export function humanEnds(ends: readonly CertificateEnd[], width: number): string {
  if (ends.length === 0) return '';
  const size = Math.max(...ends.map(({ address }) => address.length));
  const lines = ends.map(({ address, not_after, subject }) =>
    wrap(subject, `  ${address.padEnd(size)}  ends ${not_after.slice(0, 10)}  `, width),
  );
  return ['Certificates:', ...lines].join('\n');
}
