import { describe, expect, it } from 'vitest';
import { createColors } from 'picocolors';
import { humanDiagnosis } from '../../src/cli/views/diagnosis-human.ts';
import { seenOf } from '../../src/diagnose/confirm.ts';
import { diagnose, type Diagnosis } from '../../src/diagnose/diagnose.ts';
import type { Check } from '../../src/diagnose/refusal.ts';
import { thumbprintOf } from '../../src/evidence/certificate.ts';
import { NOT_IN_STORE, type Evidence } from '../../src/evidence/evidence.ts';
import { newestOfServers } from '../../src/evidence/of-servers.ts';
import { readEvidence } from '../../src/evidence/read-evidence.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { createReport } from '../../src/kernel/report.ts';
import { testCertificate } from '../support/certificates.ts';
import { evidenceOf, type Read } from '../support/evidence.ts';

const NOW = new Date('2030-06-01T00:00:00Z');
const LYNC = '00000004-0000-0ff1-ce00-000000000000';
const DER = testCertificate(1);
const ISSUER = thumbprintOf(DER);

function read(...all: readonly Read[]): readonly Evidence[] {
  const report = createReport();
  return all.flatMap(one => readEvidence(evidenceOf(one), report) ?? []);
}

const exchange = (objects: Read['objects'], more: Partial<Read> = {}): Read => ({
  family: 'exchange-server',
  host: 'EX01',
  objects,
  ...more,
});
const partners = (...all: readonly JsonObject[]): Read =>
  exchange({ 'Get-PartnerApplication': all });

/** What one server says of one property. */
function said(check: Check | undefined, property: string, one: Read, command?: string) {
  const asked = {
    command: command ?? 'Get-PartnerApplication',
    property,
    expected: null,
    text: '',
  };
  const [seen] = seenOf({ ...asked, ...(check && { check }) }, read(one), NOW) ?? [];
  return seen;
}

const says = (...asked: Parameters<typeof said>): string | undefined => said(...asked)?.says;

describe('what evidence says of a property', () => {
  const [on, off] = [
    { Name: 'on', Enabled: true },
    { Name: 'off', Enabled: false },
  ];
  const is: Check = { is: '^true$' };

  it.each<[Check, readonly JsonObject[], string]>([
    [is, [on], 'against'],
    [is, [on, off], 'confirms'],
    [is, [], 'open'],
    [is, [{ Name: 'older version' }], 'open'],
    [is, [{ Name: 'older version' }, off], 'confirms'],
    [{ ...is, none: 'confirms' }, [], 'confirms'],
    [{ ...is, among: 'any' }, [on, off], 'against'],
    [{ ...is, among: 'any' }, [off], 'confirms'],
    [{ ...is, among: 'any' }, [off, { Name: 'older version' }], 'open'],
    [{ ...is, among: 'same' }, [off, off], 'confirms'],
    [{ ...is, among: 'same' }, [on, on], 'against'],
    [{ ...is, among: 'same' }, [on, off], 'open'],
    [{ ...is, among: 'same' }, [off, on], 'open'],
    [{ ...is, among: 'same' }, [off, { Name: 'older version' }], 'open'],
    [{ ...is, among: 'same' }, [], 'open'],
    [{ ...is, meets: 'open' }, [on], 'open'],
    [{ ...is, meets: 'open' }, [off], 'confirms'],
    [{ ...is, of: { Name: '^on$' } }, [on, off], 'against'],
    [{ ...is, of: { Name: '^other$' } }, [on, off], 'open'],
  ])('by %j of %j: %s', (check, objects, expected) => {
    expect(says(check, 'Enabled', partners(...objects))).toBe(expected);
  });

  it('shows values by the names of their objects, what points at the cause first', () => {
    expect(said(is, 'Enabled', partners(on, off))).toEqual({
      host: 'EX01',
      collected_at: '2030-01-01T00:00:00.000Z',
      says: 'confirms',
      because: null,
      values: [
        { object: 'off', value: 'False' },
        { object: 'on', value: 'True' },
      ],
    });
    const many = Array.from({ length: 30 }, (_, at) => ({
      Name: `p${at}`,
      Realm: 'x'.repeat(999),
    }));
    const { values = [] } = said(undefined, 'Realm', partners(...many)) ?? {};
    expect(values).toHaveLength(20);
    expect(values[0]?.value).toHaveLength(203);
    const odd = partners({ Name: null, Realm: ['a', null, { b: 1 }] }, { Name: 'n' });
    expect(said(undefined, 'Realm', odd)?.values).toEqual([
      { object: '', value: 'a, , ' },
      { object: 'n', value: null },
    ]);
  });

  it('says of a certificate whether it lasts, and whether the server has it with its key', () => {
    const config = { 'Get-AuthConfig': [{ CurrentCertificateThumbprint: ISSUER }] };
    const of = (
      certificate: 'held' | 'lasts',
      more: Partial<Read>,
      objects: Read['objects'] = config,
    ) =>
      says(
        { certificate },
        'CurrentCertificateThumbprint',
        exchange(objects, more),
        'Get-AuthConfig',
      );
    const certificates = { [ISSUER]: DER };
    const ended = { [thumbprintOf(OLD)]: OLD };
    expect(of('lasts', { certificates })).toBe('against');
    expect(of('lasts', {})).toBe('open');
    const old = { 'Get-AuthConfig': [{ CurrentCertificateThumbprint: thumbprintOf(OLD) }] };
    expect(of('lasts', { certificates: ended }, old)).toBe('confirms');
    expect(of('held', { certificates, keys: { [ISSUER]: 'present' } })).toBe('against');
    expect(of('held', { certificates, keys: { [ISSUER]: 'absent' } })).toBe('confirms');
    expect(of('held', { certificates })).toBe('open');
    const what = `certificate ${ISSUER}`;
    expect(of('held', { unread: { [what]: NOT_IN_STORE } })).toBe('confirms');
    expect(of('held', { unread: { [what]: 'Access is denied.' } })).toBe('open');
    const none = { 'Get-AuthConfig': [{ CurrentCertificateThumbprint: '' }] };
    expect(of('held', {}, none)).toBe('confirms');
  });

  it('compares a date with now', () => {
    const front = (NotAfter: string): Read => ({
      family: 'skype-for-business-server',
      host: 'FE01',
      objects: { 'Get-CsCertificate': [{ Thumbprint: ISSUER, NotAfter }] },
    });
    const of = (date: string) =>
      says({ after: 'now' }, 'NotAfter', front(date), 'Get-CsCertificate');
    expect(of('2030-06-01T00:00:01Z')).toBe('against');
    expect(of('2030-06-01T00:00:00Z')).toBe('confirms');
    expect(of('some day')).toBe('open');
  });

  it('never takes what was not read for absent', () => {
    const none: Check = { is: '.', none: 'confirms' };
    const refused = exchange({}, { unread: { 'Get-PartnerApplication': 'Access is denied.' } });
    expect(said(none, 'Name', refused)).toMatchObject({
      says: 'not-read',
      because: 'Access is denied.',
      values: [],
    });
    expect(said(none, 'Name', exchange({}))).toMatchObject({
      says: 'not-read',
      because: 'the collector did not ask Get-PartnerApplication',
    });
    const asked = { command: 'Get-CsOAuthServer', property: 'Realm', expected: null, text: '' };
    // None of that family was given; and no collector reads the second.
    expect(seenOf(asked, read(refused), NOW)).toEqual([]);
    expect(seenOf({ ...asked, command: 'Get-Recipient' }, read(refused), NOW)).toBeUndefined();
    expect(seenOf({ ...asked, property: 'Secret' }, read(refused), NOW)).toBeUndefined();
  });
});

const OLD = testCertificate(2, {
  notBefore: new Date('2028-01-01T00:00:00Z'),
  notAfter: new Date('2030-05-01T00:00:00Z'),
});

const GOOD = {
  aud: '00000002-0000-0ff1-ce00-000000000000/mail.contoso.com@contoso.com',
  iss: `${LYNC}@contoso.com`,
  nameid: `${LYNC}@contoso.com`,
  nbf: NOW.getTime() / 1000 - 60,
  exp: NOW.getTime() / 1000 + 3600,
};

describe('a diagnosis beside evidence', () => {
  const of = (input: string, ...all: readonly Read[]): Diagnosis =>
    diagnose(Buffer.from(input), NOW, read(...all));
  const marks = ({ causes }: Diagnosis) => causes.map(one => [one.id, one.evidence]);
  const lync = (more: JsonObject): Read => ({
    family: 'skype-for-business-server',
    host: 'FE01',
    objects: { 'Get-CsPartnerApplication': [{ Identity: 'Exchange', Enabled: true, ...more }] },
  });

  it('begins with what evidence confirms', () => {
    const without = marks(of('by V10: x'));
    expect(without.map(([, word]) => word)).toEqual([undefined, undefined]);
    const off = partners({ Name: 'Lync', ApplicationIdentifier: LYNC, Enabled: false });
    expect(marks(of('by V10: x', off))[0]).toEqual(['partner-disabled', 'confirms']);
    expect(new Set(marks(of('by V10: x', off)).map(([id]) => id))).toEqual(
      new Set(without.map(([id]) => id)),
    );
  });

  it('keeps what evidence speaks against where it stands, once all of it does', () => {
    const on = partners({ Name: 'Lync', ApplicationIdentifier: LYNC, Enabled: true });
    const evidenceOn = (...all: readonly Read[]) =>
      of('by V10: x', ...all).causes.find(({ id }) => id === 'partner-disabled')?.evidence;
    expect(evidenceOn(on)).toBeUndefined();
    expect(evidenceOn(on, lync({}))).toBe('against');
    expect(evidenceOn(on, lync({ Enabled: false }))).toBe('confirms');
  });

  it('takes no other partner for the one that was refused', () => {
    const online = { Name: 'Exchange Online', ApplicationIdentifier: 'x', Enabled: false };
    const ours = { Name: 'Lync', ApplicationIdentifier: LYNC, Enabled: true, LinkedAccount: 'a' };
    const evidenceOn = (input: string, id: string, one: Read) =>
      of(input, one).causes.find(cause => cause.id === id)?.evidence;
    const disabled = (...all: readonly JsonObject[]) =>
      evidenceOn('by V10: x', 'partner-disabled', partners(...all));
    expect(disabled(ours, online)).toBeUndefined();
    expect(disabled(online)).toBe('confirms');
    const level = (...levels: readonly string[]) =>
      evidenceOn('by V11: x', 'level', {
        ...lync({}),
        objects: {
          'Get-CsPartnerApplication': levels.map(one => ({ ApplicationTrustLevel: one })),
        },
      });
    expect(level('Full', 'UserDelegation')).toBeUndefined();
    expect(level('UserDelegation')).toBe('confirms');
    // A hybrid has a twin of the same id.
    const linked = (...all: readonly JsonObject[]) =>
      evidenceOn('2000008: invalid_grant', 'linked-account', partners(...all));
    const twin = { ...ours, LinkedAccount: '' };
    expect(linked(ours, twin)).toBeUndefined();
    expect(linked(twin)).toBe('confirms');
  });

  it('takes no partner that setup made for one whose tokens are trusted', () => {
    const shipped = partners({ Name: 'Exchange Online', Enabled: true, UseAuthServer: true });
    const trustsNobody = 'WWW-Authenticate: Bearer client_id="x", trusted_issuers=""';
    const evidenceOn = (...all: readonly Read[]) =>
      of(trustsNobody, ...all).causes.find(({ id }) => id === 'no-partner');
    expect(evidenceOn()).toBeDefined();
    expect(evidenceOn(shipped)?.evidence).toBeUndefined();
    expect(evidenceOn(partners({ Name: 'Lync', Enabled: false }))?.evidence).toBe('confirms');
  });

  it('says that nobody compared it with the values of a token, and shows what to compare', () => {
    const token = [{ alg: 'RS256', typ: 'JWT', x5t: Buffer.alloc(20).toString('base64url') }, GOOD]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat('c2ln')
      .join('.');
    const config = { Name: 'Auth', CurrentCertificateThumbprint: ISSUER, Realm: 'contoso.com' };
    const server = exchange({ 'Get-AuthConfig': [config], 'Get-PartnerApplication': [] });
    const { causes, compare = [] } = of(token, server);
    expect(causes).toEqual([]);
    expect(compare.map(({ command, property }) => [command, property])).toContainEqual([
      'Get-AuthConfig',
      'CurrentCertificateThumbprint',
    ]);
    expect(compare.flatMap(({ seen = [] }) => seen.map(({ host }) => host))).toContain('EX01');
    expect(JSON.stringify(compare)).toContain(ISSUER);
    // None of Lync's servers was given, and what nobody can look at is not told.
    expect(JSON.stringify(compare)).not.toContain('Get-CsCertificate');
    const told = humanDiagnosis(of(token, server), { colors: createColors(false), width: 500 });
    expect(told).toContain('It was not compared with the values of the input');
    expect(told).toContain('compare  Get-AuthConfig, CurrentCertificateThumbprint: the thumbprint');
    const silent = of('all is well', server);
    expect(silent.compare).toEqual([]);
    expect(humanDiagnosis(silent, { colors: createColors(false), width: 500 })).toContain(
      'such as thumbprint, realm and audience.',
    );
    expect(of(token).compare).toBeUndefined();
    expect(of('by V10: x', server).compare).toBeUndefined();
    const off = partners({ Name: 'Lync', Enabled: false });
    expect(of(`by V10: x ${token}`, off).compare).toBeUndefined();
  });

  it('says nothing of evidence where none was given', () => {
    const text = JSON.stringify(of('by V10: x'));
    expect(text).not.toMatch(/"seen"|"evidence"|"check"/);
  });

  it('shows of evidence only the property that is asked for, and the name of its object', () => {
    const canary = 'canary-9f8e7d';
    const stuffed = (more: JsonObject): JsonObject => ({
      Name: 'Lync',
      Enabled: false,
      ApplicationIdentifier: LYNC,
      Realm: 'litwareinc.com',
      Secret: canary,
      CertificateStrings: [canary],
      ...more,
    });
    const all = [partners(stuffed({ LinkedAccount: canary })), lync({ AuthToken: canary })];
    const diagnosis = of('by V10: by V11: by V5: by V12: x', ...all);
    const views = [80, 120].map(width =>
      humanDiagnosis(diagnosis, { colors: createColors(false), width }),
    );
    const shown = [JSON.stringify(diagnosis), ...views].join('\n');
    expect(shown).toContain(LYNC);
    expect(shown).not.toContain(canary);
  });

  it('asks the newest reading of each server', () => {
    const older = partners({ Name: 'Lync', Enabled: false });
    const newer = {
      ...partners({ Name: 'Lync', Enabled: true }),
      host: 'ex01',
      at: '2030-01-02T00:00:00Z',
    };
    const other = { ...older, host: 'EX02' };
    const hosts = newestOfServers(read(older, newer, other)).map(one => one.host);
    expect(hosts).toEqual(['EX02', 'ex01']);
  });

  it('takes the short name of a server and its full one for one server', () => {
    const day = (host: string, date: number): Read => ({
      ...partners({ Name: 'Lync' }),
      host,
      at: `2030-01-0${date}T00:00:00Z`,
    });
    const hosts = (...all: readonly Read[]) => newestOfServers(read(...all)).map(one => one.host);
    expect(hosts(day('EX01', 1), day('EX01.contoso.com', 2))).toEqual(['EX01.contoso.com']);
    expect(hosts(day('ex01.contoso.com', 1), day('EX01', 2))).toEqual(['EX01']);
    expect(hosts(day('EX01', 1), day('EX012.contoso.com', 2))).toHaveLength(2);
    const two = [day('ex01.contoso.com', 1), day('ex01.litware.com', 1)];
    expect(hosts(...two)).toHaveLength(2);
    // Of which of the two the short one is nobody knows.
    expect(hosts(...two, day('EX01', 2))).toHaveLength(3);
    const other = { ...day('EX01', 2), family: 'skype-for-business-server' };
    expect(hosts(day('ex01.contoso.com', 1), other)).toHaveLength(2);
  });
});
