import type { Report } from '../kernel/report.ts';
import type { Basis } from '../topology/topology.ts';
import { directions, type Direction } from './partners.ts';
import type { Rule } from './rule.ts';

/** What belongs to the other basis (R21), and what the document itself says (R22). */
const FOREIGN = {
  metadata: { source: ['certificate'], stated: ['principal', 'realm'] },
  certificate: { source: ['metadataUrl'], stated: [] },
  'authorization-server': { source: ['certificate', 'metadataUrl'], stated: [] },
} as const satisfies Record<Basis, { source: readonly Stated[]; stated: readonly Stated[] }>;

type Stated = 'certificate' | 'metadataUrl' | 'principal' | 'realm';

/**
 * An acceptor learns a partner's key in exactly one way (R21, R22, R23).
 *
 * With two sources the server would follow one and the reader of the topology the other. A metadata
 * document brings principal and realm itself; a certificate must be handed over.
 */
export const oneTokenSource: Rule = (subject, report) => {
  for (const direction of directions(subject)) {
    const { partner } = direction;
    const { source, stated } = FOREIGN[partner.basis];
    for (const key of source) refuse(direction, { key, code: 'partner/two-sources' }, report);
    for (const key of stated) refuse(direction, { key, code: 'partner/stated-twice' }, report);
    if (partner.basis === 'certificate' && partner.certificate === undefined) {
      reportNoKey(direction, report);
    }
  }
};

function refuse(
  { partner, address }: Direction,
  { key, code }: { key: Stated; code: 'partner/two-sources' | 'partner/stated-twice' },
  report: Report,
): void {
  if (partner[key] === undefined) return;
  const detail =
    code === 'partner/two-sources'
      ? `with basis "${partner.basis}" the key does not come from "${key}"`
      : `with basis "${partner.basis}" the partner's own document says "${key}"`;
  report.add(code, {
    detail,
    help: `remove "${key}", or choose another basis`,
    at: [...partner.at, key],
    part: 'key',
    address,
  });
}

function reportNoKey({ partner, address }: Direction, report: Report): void {
  report.add('partner/certificate-missing', {
    detail: `with basis "certificate" the public certificate of "${partner.issuer}" is handed over`,
    help: partner.mutual
      ? 'write an entry for each direction, this one with "certificate: FILE"'
      : 'write "certificate: FILE", or "basis: metadata"',
    at: [...partner.at, 'basis'],
    address,
  });
}
