import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { lower } from '../../src/graph/lower.ts';
import { exampleText, lowering } from '../support/lowered.ts';

const lync = (): ReturnType<typeof lower> => lower(lowering(exampleText('lync-exchange')));

describe('lowering a topology', () => {
  it('gives each side a certificate, a document, its settings, and a partner for each edge', () => {
    expect(lync().resources.map(({ address }) => address)).toEqual([
      'certificate/exchange',
      'certificate/lync',
      'document/exchange',
      'document/lync',
      'oauth-settings/exchange',
      'oauth-settings/lync',
      'partner/exchange/lync',
      'partner/lync/exchange',
      'feature/lync/unified-contact-store',
    ]);
  });

  it('names what follows @ by the default domain of the kind each product uses', () => {
    expect(lync().edges).toMatchObject([
      {
        address: 'edge/exchange/lync',
        issuerName: '00000004-0000-0ff1-ce00-000000000000@litwareinc.com',
        acceptorName: '00000002-0000-0ff1-ce00-000000000000@litware.com',
      },
      {
        address: 'edge/lync/exchange',
        issuerName: '00000002-0000-0ff1-ce00-000000000000@litware.com',
        acceptorName: '00000004-0000-0ff1-ce00-000000000000@litwareinc.com',
      },
    ]);
  });

  it('makes SIP domains subject alternative names of a certificate that is made', () => {
    const certificate = lync().resources.find(({ address }) => address === 'certificate/lync');
    expect(certificate).toMatchObject({
      held: 'here',
      attributes: { subject: 'CN=litwareinc.com', names: ['litwareinc.com', 'litware.net'] },
      unknown: ['thumbprint', 'notBefore', 'notAfter'],
    });
  });

  it('registers each side with the metadata address of the other', () => {
    const partner = (name: string) =>
      lync().resources.find(({ address }) => address === name)?.attributes;
    expect(partner('partner/lync/exchange')).toMatchObject({
      name: 'Exchange',
      metadataUrl: 'https://autodiscover.litware.com/autodiscover/metadata/json/1',
      level: 'Full',
    });
    expect(partner('partner/exchange/lync')).toMatchObject({
      applicationType: 'Lync',
      metadataUrl: 'https://lyncweb-int.litwareinc.com/metadata/json/1',
      roles: ['UserApplication', 'ArchiveApplication'],
    });
  });

  it('puts the gate before the partners where the contact store is declared off', () => {
    const { resources } = lower(lowering(exampleText('skype-exchange-se')));
    const order = resources.map(({ address }) => address);
    const gate = order.indexOf('settings/skype/contact-store');
    expect(gate).toBeGreaterThan(-1);
    expect(gate).toBeLessThan(order.indexOf('partner/skype/exchange'));
    expect(resources.find(({ kind }) => kind === 'feature')?.attributes).toMatchObject({
      mode: 'ImOnly',
      policies: { Legal: { internal: true, external: true } },
    });
  });

  it('asks for nothing where no trust is declared', () => {
    expect(lower(lowering(exampleText('no-features')))).toEqual({ resources: [], edges: [] });
  });

  it('orders dependencies first, whatever the order of declaration', () => {
    const document = parse(exampleText('skype-exchange-se')) as Record<string, unknown>;
    const wanted = lower(lowering(stringify(document)));
    const reorder = fc.shuffledSubarray(Object.keys(document), {
      minLength: Object.keys(document).length,
    });
    fc.assert(
      fc.property(reorder, keys => {
        const shuffled = Object.fromEntries(keys.map(key => [key, shuffle(document[key])]));
        const got = lower(lowering(stringify(shuffled)));
        expect(got.resources.map(({ address }) => address)).toEqual(
          wanted.resources.map(({ address }) => address),
        );
        const seen = new Set<string>();
        for (const { address, needs } of got.resources) {
          const known = needs.filter(need => got.resources.some(one => one.address === need));
          expect(known.filter(need => !seen.has(need))).toEqual([]);
          seen.add(address);
        }
      }),
      { numRuns: 50 },
    );
  });
});

/** Maps in reverse order; lists as they are. */
function shuffle(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}
