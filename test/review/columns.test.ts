import { describe, expect, it } from 'vitest';
import { isDrifted, type Drift } from '../../src/review/drift.ts';
import {
  altered,
  CERTIFICATES,
  driftOf,
  edited,
  entry,
  LYNC,
  MAIL,
  thumbprint,
  type Estate,
} from '../support/estate.ts';

/** A change of the topology that was not applied. */
const LESS = edited(['level: full, name', 'level: user, name']);
const CLEAN = { complete: true, drift: [], edges: [], pending: [], unseen: [], diagnostics: [] };
const partner = (change: object) => altered(LYNC, 'Get-CsPartnerApplication', change as never);

/** Address, then attribute: declared, recorded, observed. */
function told({ drift }: Drift): unknown {
  return drift.map(({ address, is, attributes }) => [
    address,
    ...(is === 'absent' ? [is] : []),
    ...attributes.map(one => [one.name, one.declared, one.recorded, one.observed]),
  ]);
}

describe('declared, recorded and observed', () => {
  it('all the same: no drift', () => {
    expect(driftOf()).toMatchObject(CLEAN);
    expect(isDrifted(driftOf())).toBe(false);
  });

  it('nothing recorded, and all there as declared: no drift', () => {
    expect(driftOf({ applied: null })).toMatchObject(CLEAN);
  });

  it.each<[string, Estate, unknown, readonly string[]]>([
    [
      'declared and recorded the same, observed otherwise',
      { lync: partner({ ApplicationTrustLevel: 'User' }) },
      [['partner/lync/exchange', ['level', 'Full', 'Full', 'User']]],
      [],
    ],
    [
      'declared otherwise, observed as recorded: a change, not drift',
      { text: LESS, applied: edited() },
      [],
      ['partner/lync/exchange'],
    ],
    [
      'declared otherwise, observed as declared: done by hand',
      { text: LESS, applied: edited(), lync: partner({ ApplicationTrustLevel: 'User' }) },
      [['partner/lync/exchange', ['level', 'User', 'Full', 'User']]],
      [],
    ],
    [
      'three different values: drift, and a change',
      { text: LESS, applied: edited(), lync: partner({ ApplicationTrustLevel: 'Application' }) },
      [['partner/lync/exchange', ['level', 'User', 'Full', 'Application']]],
      ['partner/lync/exchange'],
    ],
    [
      'recorded as there, not there',
      { lync: { 'Get-CsPartnerApplication': [] } },
      [['partner/lync/exchange', 'absent']],
      [],
    ],
    [
      'not recorded, not there: still to be made',
      { applied: null, lync: { 'Get-CsPartnerApplication': [] } },
      [],
      ['partner/lync/exchange'],
    ],
    [
      'written, not reported, not there: still to be made',
      {
        entries: entry('partner/lync/exchange', { standing: 'rendered' }),
        lync: { 'Get-CsPartnerApplication': [] },
      },
      [],
      ['partner/lync/exchange'],
    ],
    [
      'written, not reported, there otherwise: its script is awaited',
      {
        entries: entry('partner/lync/exchange', { standing: 'rendered' }),
        lync: partner({ Enabled: false }),
      },
      [],
      ['partner/lync/exchange'],
    ],
    [
      'not recorded, there otherwise than declared',
      { applied: null, lync: partner({ Enabled: false }) },
      [['partner/lync/exchange', ['enabled', true, null, false]]],
      [],
    ],
    [
      'recorded, declared no longer, there as it was left: to be removed',
      {
        applied: edited(),
        text: edited(['      unified-contact-store: on\n', '      unified-contact-store: off\n']),
        lync: altered(LYNC, 'Get-CsUserServicesPolicy', {}),
      },
      [['settings/lync/contact-store', ['contactStoreAllowed', false, null, true]]],
      ['feature/lync/unified-contact-store'],
    ],
    [
      'a realm changed together with the address, as declared: found all the same',
      {
        text: edited(['default: litwareinc.com', 'default: litware.org']),
        applied: edited(),
        exchange: altered(MAIL, 'Get-PartnerApplication', {
          Realm: 'litware.org',
          AuthMetadataUrl: 'https://other.litware.org/metadata/json/1',
        }),
        lync: null,
      },
      [
        [
          'partner/exchange/lync',
          [
            'metadataUrl',
            'https://lyncweb-int.litwareinc.com/metadata/json/1',
            'https://lyncweb-int.litwareinc.com/metadata/json/1',
            'https://other.litware.org/metadata/json/1',
          ],
          ['realm', 'litware.org', 'litwareinc.com', 'litware.org'],
        ],
      ],
      [],
    ],
  ])('%s', (_, estate, drift, pending) => {
    const found = driftOf(estate);
    expect([told(found), found.pending]).toEqual([drift, pending]);
  });

  it('marks what somebody did by hand as the topology says, and nothing else', () => {
    const lync = partner({ ApplicationTrustLevel: 'User', Enabled: false });
    const [found] = driftOf({ text: LESS, applied: edited(), lync }).drift;
    const marks = found?.attributes.map(one => [one.name, one.as_declared]);
    expect(marks).toEqual([
      ['enabled', false],
      ['level', true],
    ]);
  });

  it('names the side, the server and the moment', () => {
    const [found] = driftOf({ lync: partner({ Enabled: false }) }).drift;
    expect(found).toMatchObject({
      kind: 'partner',
      deployment: 'lync',
      host: 'FE01',
      collected_at: '2030-01-01T00:00:00.000Z',
    });
  });

  it('calls what is to be removed and still there a change', () => {
    const entries = entry('feature/lync/unified-contact-store', { standing: 'removing' });
    const text = edited(['      unified-contact-store: on\n', '']);
    const found = driftOf({ text, applied: edited(), entries });
    expect([found.drift, found.pending]).toEqual([[], ['feature/lync/unified-contact-store']]);
  });

  it('says nothing of what was removed and is gone', () => {
    const text = edited(['      unified-contact-store: on\n', '']);
    const entries = entry('feature/lync/unified-contact-store', { standing: 'removing' });
    const lync = { 'Get-CsUserServicesPolicy': [] };
    expect(driftOf({ text, applied: edited(), entries, lync })).toMatchObject(CLEAN);
  });

  it('does not judge roles of another account beside that it is another one', () => {
    const exchange = altered(MAIL, 'Get-PartnerApplication', { LinkedAccount: 'a/b/Someone' });
    expect(driftOf({ exchange }).drift.map(one => one.attributes.map(({ name }) => name))).toEqual([
      ['linkedAccount'],
    ]);
  });

  it('sees that another certificate signs', () => {
    const other = thumbprint(CERTIFICATES.next);
    const lync = altered(LYNC, 'Get-CsCertificate', { Thumbprint: other });
    const [found] = driftOf({ lync }).drift;
    expect(found?.address).toBe('certificate/lync');
    const seen = found?.attributes.find(({ name }) => name === 'thumbprint');
    expect([seen?.recorded, seen?.observed]).toEqual([thumbprint(CERTIFICATES.lync), other]);
  });
});

describe('what was not seen', () => {
  it('of a deployment nobody looked at is named, and nothing is clean', () => {
    const found = driftOf({ exchange: null });
    expect([found.complete, isDrifted(found), found.pending]).toEqual([false, false, []]);
    expect(found.unseen).toEqual(
      ['certificate/exchange', 'oauth-settings/exchange', 'partner/exchange/lync'].map(address => ({
        address,
        because: 'nothing was read of exchange',
      })),
    );
  });

  it('is never absent where the server refused', () => {
    const found = driftOf({ lync: { 'Get-CsPartnerApplication': null } });
    expect(found).toMatchObject({
      complete: false,
      drift: [],
      unseen: [{ address: 'partner/lync/exchange', because: 'Access is denied.' }],
    });
  });

  it('of an object is named by its attribute', () => {
    const found = driftOf({ exchange: { 'Get-ManagementRoleAssignment': null } });
    expect(found.unseen).toEqual([
      { address: 'partner/exchange/lync', because: 'roles: Access is denied.' },
    ]);
  });

  it('is not what several objects of a partner are: they were seen, and their edge tells it', () => {
    const [first = {}] = LYNC.objects['Get-CsPartnerApplication'] ?? [];
    const twice = [first, { ...first, Identity: 'Copy' }];
    const found = driftOf({ lync: { 'Get-CsPartnerApplication': twice } });
    expect(found.unseen).toEqual([]);
    expect(found.edges.flatMap(({ findings }) => findings.map(({ code }) => code))).toEqual([
      'duplicate',
    ]);
  });

  it('is what is recorded of a deployment that is declared no longer', () => {
    const entries: Estate['entries'] = all => [
      ...all,
      {
        ...all.find(({ kind }) => kind === 'partner')!,
        address: 'partner/old/exchange',
        deployment: 'old',
      },
    ];
    expect(driftOf({ entries }).unseen).toEqual([
      { address: 'partner/old/exchange', because: 'nothing was read of old' },
    ]);
  });
});
