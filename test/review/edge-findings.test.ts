import { describe, expect, it } from 'vitest';
import { EDGE_CODES, isDrifted, type EdgeFinding } from '../../src/review/drift.ts';
import {
  altered,
  base64,
  CERTIFICATES,
  driftOf,
  edited,
  LYNC,
  MAIL,
  thumbprint,
  type Estate,
} from '../support/estate.ts';

const lync = (change: object) => altered(LYNC, 'Get-CsPartnerApplication', change as never);
const mail = (change: object) => altered(MAIL, 'Get-PartnerApplication', change as never);
const NEXT = thumbprint(CERTIFICATES.next);
/** Lync signs with its certificate and will sign with the next one. */
const staged = (from: string) => ({
  'Get-CsCertificate': [
    { Thumbprint: thumbprint(CERTIFICATES.lync), EffectiveDate: null, PreviousThumbprint: null },
    { Thumbprint: NEXT, EffectiveDate: from, PreviousThumbprint: thumbprint(CERTIFICATES.lync) },
  ],
});
/** The topology says what the server was told, so that nothing else differs. */
const ELSEWHERE = 'https://other.example.com/autodiscover/metadata/json/1';

/** Every finding: its edge, code, severity and side. */
function found(estate: Estate): unknown {
  return driftOf(estate).edges.flatMap(({ address, findings }) =>
    findings.map(one => [address, one.code, one.severity, one.deployment]),
  );
}

function the(code: EdgeFinding['code'], estate: Estate): EdgeFinding {
  const all = driftOf(estate).edges.flatMap(({ findings }) => findings);
  return all.find(one => one.code === code)!;
}

const CASES: readonly [EdgeFinding['code'], string, Estate, unknown][] = [
  [
    'half-trust',
    'one partner that was there is gone',
    { lync: { 'Get-CsPartnerApplication': [] } },
    [['edge/lync/exchange', 'half-trust', 'error', 'lync']],
  ],
  [
    'half-trust',
    'one partner is still to be made',
    { applied: null, exchange: { 'Get-PartnerApplication': [] } },
    [['edge/exchange/lync', 'half-trust', 'info', 'exchange']],
  ],
  [
    'half-trust',
    'the other direction is declared no longer',
    {
      text: edited(
        ['  - { acceptor: exchange, issuer: lync }\n', ''],
        ['      unified-contact-store: on\n      meeting-scheduling: on\n', '      {}\n'],
      ),
      applied: edited(),
      lync: { 'Get-CsPartnerApplication': [] },
    },
    [],
  ],
  [
    'half-trust',
    'both are gone: no half',
    {
      lync: { 'Get-CsPartnerApplication': [] },
      exchange: { 'Get-PartnerApplication': [] },
    },
    [],
  ],
  [
    'duplicate',
    'several objects are one edge',
    {
      exchange: {
        'Get-PartnerApplication': [1, 2].map(() => MAIL.objects['Get-PartnerApplication']![0]!),
      },
    },
    [['edge/exchange/lync', 'duplicate', 'error', 'exchange']],
  ],
  [
    'another-key',
    'beside the partner, a certificate lets in the same issuer',
    {
      lync: {
        'Get-CsPartnerApplication': [
          ...(LYNC.objects['Get-CsPartnerApplication'] ?? []),
          {
            ...LYNC.objects['Get-CsPartnerApplication']?.[0],
            Identity: 'Exchange2',
            AuthToken: 'Value=' + base64(CERTIFICATES.next),
          },
        ],
      },
    },
    [['edge/lync/exchange', 'another-key', 'warning', 'lync']],
  ],
  [
    'disabled',
    'switched off',
    { lync: lync({ Enabled: false }) },
    [['edge/lync/exchange', 'disabled', 'error', 'lync']],
  ],
  [
    'disabled',
    'declared so',
    {
      text: edited(['level: full, name', 'level: full, enabled: false, name']),
      lync: lync({ Enabled: false }),
    },
    [],
  ],
  [
    'wrong-realm',
    'the acceptor was changed',
    { exchange: mail({ Realm: 'old.example.com' }) },
    [['edge/exchange/lync', 'wrong-realm', 'error', 'exchange']],
  ],
  [
    'wrong-realm',
    'the issuer was changed',
    { exchange: altered(MAIL, 'Get-AuthConfig', { Realm: 'old.example.com' }) },
    [['edge/lync/exchange', 'wrong-realm', 'error', 'exchange']],
  ],
  [
    'wrong-realm',
    'the issuer has another default domain, and its realm is blank',
    { exchange: { 'Get-AcceptedDomain': [{ DomainName: 'litware.org', Default: true }] } },
    [['edge/lync/exchange', 'wrong-realm', 'error', 'exchange']],
  ],
  ['wrong-realm', 'blank where the document says it', { exchange: mail({ Realm: '' }) }, []],
  [
    'wrong-principal',
    'the issuer was renamed',
    { lync: altered(LYNC, 'Get-CsOAuthConfiguration', { ServiceName: 'other' }) },
    [['edge/exchange/lync', 'wrong-principal', 'error', 'lync']],
  ],
  [
    'wrong-host',
    'another host',
    { exchange: mail({ AuthMetadataUrl: 'https://old.example.com/metadata/json/1' }) },
    [['edge/exchange/lync', 'wrong-host', 'error', 'exchange']],
  ],
  [
    'wrong-host',
    'another path',
    { exchange: mail({ AuthMetadataUrl: 'https://lyncweb.litwareinc.com/metadata/json/2' }) },
    [['edge/exchange/lync', 'wrong-host', 'error', 'exchange']],
  ],
  [
    'wrong-host',
    'another name of the same side',
    { exchange: mail({ AuthMetadataUrl: 'https://lyncweb.litwareinc.com/metadata/json/1' }) },
    [],
  ],
  [
    'wrong-host',
    'declared so',
    {
      text: edited(['level: full, name', `level: full, metadataUrl: '${ELSEWHERE}', name`]),
      lync: lync({ AuthToken: `Value=${ELSEWHERE}` }),
    },
    [],
  ],
  [
    'stale-copy',
    'the acceptor holds another key',
    { exchange: mail({ CertificateStrings: [base64(CERTIFICATES.next)] }) },
    [['edge/exchange/lync', 'stale-copy', 'error', 'exchange']],
  ],
  [
    'stale-copy',
    'the acceptor holds none',
    { exchange: mail({ CertificateStrings: [] }) },
    [['edge/exchange/lync', 'stale-copy', 'error', 'exchange']],
  ],
  [
    'stale-copy',
    'the acceptor holds this one and another',
    { exchange: mail({ CertificateStrings: [CERTIFICATES.next, CERTIFICATES.lync].map(base64) }) },
    [],
  ],
  [
    'published-not-signing',
    'the document lists another key',
    { published: { exchange: [CERTIFICATES.next] } },
    [['edge/lync/exchange', 'published-not-signing', 'error', 'exchange']],
  ],
  [
    'published-not-signing',
    'the document lists it second',
    { published: { exchange: [CERTIFICATES.next, CERTIFICATES.exchange] } },
    [['edge/lync/exchange', 'published-not-signing', 'info', 'exchange']],
  ],
  [
    'published-not-signing',
    'the document lists it first',
    { published: { exchange: [CERTIFICATES.exchange, CERTIFICATES.next] } },
    [],
  ],
  [
    'roll-unknown',
    'there is time',
    { lync: staged('2030-01-05T00:00:00Z') },
    [['edge/exchange/lync', 'roll-unknown', 'info', 'exchange']],
  ],
  [
    'roll-unknown',
    'the day is nearer than the product wants, and the document does not list it either',
    { lync: staged('2030-01-01T20:00:00Z'), published: { lync: [CERTIFICATES.lync] } },
    [
      ['edge/exchange/lync', 'roll-unknown', 'warning', 'exchange'],
      ['edge/exchange/lync', 'roll-unknown', 'warning', 'lync'],
    ],
  ],
  [
    'roll-unknown',
    'the copy and the document hold it',
    {
      lync: staged('2030-01-01T20:00:00Z'),
      published: { lync: [CERTIFICATES.lync, CERTIFICATES.next] },
      exchange: mail({ CertificateStrings: [CERTIFICATES.lync, CERTIFICATES.next].map(base64) }),
    },
    [],
  ],
  [
    'roll-unknown',
    'such a product does not list what does not sign yet',
    {
      exchange: altered(MAIL, 'Get-AuthConfig', {
        NextCertificateThumbprint: NEXT,
        NextCertificateEffectiveDate: '2030-01-01T20:00:00Z',
      }),
      published: { exchange: [CERTIFICATES.exchange] },
    },
    [],
  ],
  [
    'ended',
    'it ends within two weeks',
    { now: '2031-12-20T00:00:00Z' },
    ['edge/exchange/lync', 'edge/lync/exchange'].map(edge => [
      ...[edge, 'ended', 'info', edge.split('/')[2]],
    ]),
  ],
];

describe('both ends of an edge', () => {
  it('fit where nothing was changed', () => {
    const all = { lync: [CERTIFICATES.lync], exchange: [CERTIFICATES.exchange] };
    expect(found({ published: all })).toEqual([]);
  });

  it.each(CASES)('%s: %s', (_, __, estate, expected) => {
    expect(found(estate)).toEqual(expected);
  });

  it('every code has a case', () => {
    expect(new Set(CASES.map(([code]) => code))).toEqual(new Set(EDGE_CODES));
  });

  it('ended: what signs has ended', () => {
    const { severity, text } = the('ended', { now: '2032-01-05T00:00:00Z' });
    expect(severity).toBe('error');
    expect(text).toBe(
      `lync signs with ${thumbprint(CERTIFICATES.lync)}, which ended at 2031-12-31T23:00:00Z`,
    );
  });

  it.each(CASES)('says what to do: %s, %s', (_, __, estate) => {
    for (const { findings } of driftOf(estate).edges) {
      for (const { text, help } of findings) {
        expect(text.length).toBeGreaterThan(30);
        expect(help.length).toBeGreaterThan(20);
        expect(`${text}${help}`).not.toMatch(/undefined|null|\[object/);
      }
    }
  });

  it('infos alone are no drift', () => {
    expect(isDrifted(driftOf({ lync: staged('2030-01-05T00:00:00Z') }))).toBe(false);
    const estate = { exchange: mail({ CertificateStrings: [] }) };
    expect(isDrifted(driftOf(estate))).toBe(true);
  });

  it('are judged only as far as they were seen', () => {
    const estate = { exchange: null, lync: lync({ Realm: 'old.example.com' }) };
    expect(found(estate)).toEqual([]);
  });
});
