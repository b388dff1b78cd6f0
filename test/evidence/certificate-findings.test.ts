import { describe, expect, it } from 'vitest';
import { attributeEvidence } from '../../src/evidence/attribute.ts';
import { reportCertificates } from '../../src/evidence/certificate-findings.ts';
import { NOT_IN_STORE } from '../../src/evidence/evidence.ts';
import { readCertificate, thumbprintOf } from '../../src/evidence/certificate.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { createReport } from '../../src/kernel/report.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { testCertificate } from '../support/certificates.ts';
import { evidenceOf, type Read } from '../support/evidence.ts';
import { exampleText, lowering } from '../support/lowered.ts';

const SHIPPED = { subject: 'CN=Microsoft Exchange Server Auth Certificate', names: [] };
const ONE = testCertificate(1, SHIPPED);
const TWO = testCertificate(2, SHIPPED);
const [A, B, C] = [thumbprintOf(ONE), thumbprintOf(TWO), 'C'.repeat(40)] as const;

/** Two servers a side. */
const TEXT = exampleText('lync-exchange').replace(
  /( +)- \{ fqdn: ex01[^\n]+\n/,
  line => line + line.replace('ex01', 'ex02'),
);

interface Front {
  readonly host?: string;
  readonly at?: string;
  readonly object?: JsonObject;
}

/** A Front End, and what it says of the certificates that sign tokens. */
function front({ host = 'FE01', at = '2030-01-01T00:00:00Z', object }: Front): Read {
  return {
    family: 'skype-for-business-server',
    host,
    build: '5.0.8308.1182',
    at,
    objects: { 'Get-CsCertificate': object ? [object] : [] },
  };
}

interface Mailbox extends Pick<Read, 'unread' | 'certificates' | 'keys' | 'keyStorage'> {
  readonly host?: string;
  readonly at?: string;
  readonly object?: JsonObject;
  readonly exportable?: boolean | string;
}

/** A Mailbox server, its configuration and what it says of keys. */
function mailbox(one: Mailbox): Read {
  const { host = 'EX01', at = '2030-01-01T00:00:00Z', exportable, object = {}, ...rest } = one;
  const config = { CurrentCertificateThumbprint: A, WhenChangedUTC: '2029-06-01T00:00:00Z' };
  const keys = [{ Thumbprint: A, HasPrivateKey: true, PrivateKeyExportable: exportable ?? true }];
  return {
    family: 'exchange-server',
    host,
    build: '15.0.1497.48',
    at,
    objects: { 'Get-AuthConfig': [{ ...config, ...object }], 'Get-ExchangeCertificate': keys },
    ...rest,
  };
}

function found(reads: readonly Read[], now = '2030-01-03T01:00:00Z', text = TEXT) {
  const input = lowering(text);
  const report = createReport();
  const evidence = reads.flatMap(
    (one, at) => readEvidence(evidenceOf(one, `e${at}`), report) ?? [],
  );
  expect(report.diagnostics).toEqual([]);
  const subject = { ...input, catalog: readCatalog(), certificates: [], now: new Date(now) };
  reportCertificates(attributeEvidence(evidence, subject, createReport()), subject, report);
  return report.diagnostics.map(({ code, detail }) => `${code}: ${detail}`);
}

const codes = (reads: readonly Read[], now?: string): string[] =>
  found(reads, now).map(one => one.split(':')[0] ?? '');

describe('servers of one deployment sign with the same certificate (R09)', () => {
  it('and where they do not both are named with their hosts: certificate/differs', () => {
    const reads = [
      front({ object: { Thumbprint: A } }),
      front({ host: 'FE02', object: { Thumbprint: B }, at: '2030-01-01T00:05:00Z' }),
    ];
    const said =
      `certificate/differs: FE02 signs with ${B} (2030-01-01T00:05:00.000Z), ` +
      `FE01 signs with ${A} (2030-01-01T00:00:00.000Z)`;
    expect(found(reads)).toEqual([said]);
    expect(found([...reads].reverse())).toEqual([said]);
  });

  it('also where a server has none yet', () => {
    const reads = [front({ object: { Thumbprint: A } }), front({ host: 'FE02' })];
    expect(found(reads).join()).toContain('FE02 signs with no certificate');
  });

  it('not where one could not be read', () => {
    const unread = {
      ...front({ host: 'FE02' }),
      objects: {},
      unread: { 'Get-CsCertificate': 'no' },
    };
    expect(found([front({ object: { Thumbprint: A } }), unread])).toEqual([]);
  });

  it('not of what the same server said before', () => {
    const reads = [
      front({ object: { Thumbprint: A }, at: '2029-12-31T00:00:00Z' }),
      front({ host: 'fe01.litwareinc.com', object: { Thumbprint: B } }),
    ];
    expect(found(reads)).toEqual([]);
  });

  const LATER = '2030-01-02T12:00:00Z';

  it.each<[string, JsonObject, JsonObject, string[]]>([
    [
      'a staged date that passed in between, as the later one tells it',
      { Thumbprint: A },
      { Thumbprint: B, EffectiveDate: '2030-01-02T00:00:00Z', PreviousThumbprint: A },
      [],
    ],
    [
      'a staged date that is still to come at both',
      { Thumbprint: B, EffectiveDate: '2030-02-01T00:00:00Z', PreviousThumbprint: A },
      { Thumbprint: B, EffectiveDate: '2030-02-01T00:00:00Z', PreviousThumbprint: A },
      [],
    ],
    [
      'a change after the earlier reading',
      { Thumbprint: A },
      { Thumbprint: B, UpdateTime: '2030-01-02T00:00:00Z' },
      [],
    ],
    [
      'a change and a date before both: one of them did not learn of it',
      { Thumbprint: A },
      { Thumbprint: B, EffectiveDate: '2029-12-30T00:00:00Z', UpdateTime: '2029-12-29T00:00:00Z' },
      ['certificate/differs'],
    ],
    [
      'a date that passed for a third one',
      { Thumbprint: A },
      { Thumbprint: B, EffectiveDate: '2029-12-30T00:00:00Z', PreviousThumbprint: C },
      ['certificate/differs'],
    ],
  ])('looks at %s', (_, earlier, later, expected) => {
    const reads = [front({ object: earlier }), front({ host: 'FE02', at: LATER, object: later })];
    expect(codes(reads)).toEqual(expected);
  });

  it('where the earlier one tells the day on which the next one takes over', () => {
    const staged = {
      NextCertificateThumbprint: B,
      NextCertificateEffectiveDate: '2030-01-02T00:00:00Z',
    };
    const taken = { CurrentCertificateThumbprint: B, PreviousCertificateThumbprint: A };
    const later = mailbox({ host: 'EX02', at: LATER, object: taken });
    expect(codes([mailbox({ object: staged }), later])).toEqual([]);
    expect(codes([mailbox({}), later])).toEqual(['certificate/differs']);
    const changed = mailbox({
      host: 'EX02',
      at: LATER,
      object: { ...taken, WhenChangedUTC: LATER },
    });
    expect(codes([mailbox({}), changed])).toEqual([]);
  });
});

describe('a server holds the certificate with which it is to sign, and its key', () => {
  it('or is named: certificate/not-on-server', () => {
    const absent = mailbox({ unread: { [`certificate ${A}`]: NOT_IN_STORE } });
    expect(found([absent])).toEqual([
      `certificate/not-on-server: EX01 is to sign with ${A}, and it is not in its store`,
    ]);
    expect(found([mailbox({ certificates: { [A]: ONE }, keys: { [A]: 'absent' } })])).toEqual([
      `certificate/not-on-server: EX01 is to sign with ${A}, and its private key is not in its store`,
    ]);
  });

  it('on every server that was read', () => {
    const absent = mailbox({ host: 'EX02', unread: { [`certificate ${A}`]: NOT_IN_STORE } });
    expect(found([mailbox({ at: '2030-01-01T01:00:00Z' }), absent]).join()).toContain('EX02 is to');
  });

  it('and is not accused where its store could not be read, or of another certificate', () => {
    const because = 'the store LocalMachine\\My cannot be read: Access is denied.';
    expect(found([mailbox({ unread: { [`certificate ${A}`]: because } })])).toEqual([]);
    expect(found([mailbox({ unread: { [`certificate ${B}`]: NOT_IN_STORE } })])).toEqual([]);
  });

  it('exportable, where its product copies it (R50): certificate/not-exportable', () => {
    for (const exportable of [false, 'False']) {
      expect(found([mailbox({ exportable })])).toEqual([
        `certificate/not-exportable: the private key of ${A} on EX01 is not exportable`,
      ]);
    }
    expect(found([mailbox({ exportable: true })])).toEqual([]);
    const { 'Get-ExchangeCertificate': _, ...objects } = mailbox({}).objects;
    expect(found([{ ...mailbox({}), objects }])).toEqual([]);
  });
});

describe('a certificate that will sign (R09, R50)', () => {
  const staged = (from: string) => ({
    NextCertificateThumbprint: B,
    NextCertificateEffectiveDate: from,
  });
  const [SOON, LATER] = ['2030-01-02T00:00:00Z', '2030-01-09T00:00:00Z'];

  it('is there with its key when its day is near; before, servers may still copy it', () => {
    const keys = { [A]: 'present', [B]: 'absent' } as const;
    const certificates = { [A]: ONE, [B]: TWO };
    const at = (from: string): string[] =>
      found([mailbox({ object: staged(from), keys, certificates })]);
    expect(at(LATER)).toEqual([]);
    expect(at(SOON)).toEqual([
      `certificate/not-on-server: EX01 is to sign with ${B} from ${SOON} on, ` +
        'and its private key is not in its store',
    ]);
    const unread = { [`certificate ${B}`]: NOT_IN_STORE };
    expect(codes([mailbox({ object: staged(SOON), unread })])).toEqual([
      'certificate/not-on-server',
    ]);
  });

  it('has a key that can sign, however far its day is', () => {
    const kept = {
      certificates: { [B]: TWO },
      keys: { [B]: 'present' },
      keyStorage: 'cng',
    } as const;
    expect(codes([mailbox({ object: staged(LATER), ...kept })])).toEqual(['certificate/cng-key']);
  });
});

describe.each(['csp', 'cng'] as const)('a key that is kept by %s (R50)', keyStorage => {
  const kept = { certificates: { [A]: ONE }, keys: { [A]: 'present' }, keyStorage } as const;

  it('is one that its product can sign with, or certificate/cng-key', () => {
    const said = [
      `certificate/cng-key: CNG keeps the private key of ${A} on EX01, and signs nothing with it`,
    ];
    expect(found([mailbox(kept)])).toEqual(keyStorage === 'cng' ? said : []);
    // That it cannot be exported either is no second fault to mend.
    expect(codes([mailbox({ ...kept, exportable: false })])).toEqual([
      keyStorage === 'cng' ? 'certificate/cng-key' : 'certificate/not-exportable',
    ]);
  });

  it('is nothing to a product that nothing is known of', () => {
    const signs = { ...front({ object: { Thumbprint: A } }), ...kept };
    expect(codes([signs])).not.toContain('certificate/cng-key');
  });
});

describe('what certificates that sign say themselves', () => {
  const signs = (different: Parameters<typeof testCertificate>[1]): Read => {
    const der = testCertificate(2, { ...SHIPPED, ...different });
    const thumbprint = thumbprintOf(der);
    const object = { CurrentCertificateThumbprint: thumbprint };
    return mailbox({ object, certificates: { [thumbprint]: der } });
  };

  it('the form that setup gives them (R50)', () => {
    expect(codes([signs({})])).toEqual([]);
    expect(codes([signs({ subject: 'CN=mail.litware.com' })])).toEqual([
      'certificate/unusual-form',
    ]);
    expect(codes([signs({ names: ['mail.litware.com'] })])).toEqual(['certificate/unusual-form']);
  });

  it('that they are valid already (R79): certificate/not-yet-valid', () => {
    const later = signs({ notBefore: new Date('2030-01-04T00:00:00Z') });
    expect(codes([later])).toEqual(['certificate/not-yet-valid']);
    expect(codes([later], '2030-01-04T00:00:01Z')).toEqual([]);
  });

  it('once, though several servers sign with it', () => {
    const one = signs({ subject: 'CN=mail.litware.com' });
    expect(codes([one, { ...one, host: 'EX02' }])).toEqual(['certificate/unusual-form']);
    expect(readCertificate(ONE)).toMatchObject({ thumbprint: A });
  });
});
