import { describe, expect, it } from 'vitest';
import { thumbprintOf } from '../../src/evidence/certificate.ts';
import { readKeyCredentials, type KeyCredential } from '../../src/evidence/key-credentials.ts';
import { pem } from '../support/certificates.ts';
import { damaged } from '../support/damaged.ts';
import { base64, FIRST, MAIL, SECOND, type Table } from '../support/documents.ts';

const ID = '2b1f6a0e-6d0f-4a53-8d57-3f8c5d0f9a01';
const OTHER = '9c4d2a77-1d4b-4f0e-b6a1-0d9f3c8e7b02';

const credential = (change: Table = {}): Table => ({
  customKeyIdentifier: thumbprintOf(FIRST),
  displayName: 'CN=litwareinc.com',
  endDateTime: '2031-12-31T23:00:00Z',
  key: base64(FIRST),
  keyId: ID,
  startDateTime: '2029-12-31T23:00:00Z',
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  ...change,
});
const principal = (...keyCredentials: Table[]): Table => ({
  id: OTHER,
  appId: MAIL,
  keyCredentials,
  passwordCredentials: [],
});
const read = (value: unknown) => readKeyCredentials(Buffer.from(JSON.stringify(value)));

function credentials(value: unknown): readonly KeyCredential[] {
  const result = read(value);
  if ('fault' in result) throw new Error(result.fault.detail);
  return result.credentials;
}

function fault(value: unknown): string {
  const result = read(value);
  return 'fault' in result ? result.fault.detail : 'it was read';
}

describe('key credentials are read', () => {
  it('of a service principal', () => {
    const [{ certificate, ...rest }] = credentials(principal(credential())) as [KeyCredential];
    expect(certificate?.thumbprint).toBe(thumbprintOf(FIRST));
    expect(rest).toEqual({
      application: MAIL,
      keyId: ID,
      thumbprint: thumbprintOf(FIRST),
      displayName: 'CN=litwareinc.com',
      start: '2029-12-31T23:00:00Z',
      end: '2031-12-31T23:00:00Z',
      type: 'AsymmetricX509Cert',
      usage: 'Verify',
    });
  });

  it('of one, of many, of an answer of the web interface, and alone', () => {
    const wanted = credentials(principal(credential()));
    const alone = wanted.map(one => ({ ...one, application: null }));
    expect(credentials([principal(credential())])).toEqual(wanted);
    expect(credentials({ value: [principal(credential())] })).toEqual(wanted);
    expect(credentials({ ...principal(), keyCredentials: credential() })).toEqual(wanted);
    expect(credentials(credential())).toEqual(alone);
    expect(credentials([credential()])).toEqual(alone);
    expect(credentials([])).toEqual([]);
    expect(credentials(principal())).toEqual([]);
  });

  it('in the former shape, with the dates of Windows PowerShell', () => {
    const former = (change: Table = {}): Table => ({
      Type: 'Asymmetric',
      Value: base64(FIRST),
      KeyId: ID,
      StartDate: '/Date(1893452400000)/',
      EndDate: { value: '/Date(1956524400000)/', DisplayHint: 2, DateTime: 'any' },
      Usage: 'Verify',
      ...change,
    });
    const [first] = credentials(former());
    expect(first).toMatchObject({ start: '2029-12-31T23:00:00Z' });
    expect(first).toMatchObject({ end: '2031-12-31T23:00:00Z', type: 'Asymmetric' });
    expect(first?.certificate?.thumbprint).toBe(thumbprintOf(FIRST));
    const password = former({ Type: 'Password', KeyId: OTHER, Value: null });
    expect(read([former(), password])).toMatchObject({ credentials: [{}], passwords: 1 });
    expect(fault([former({ Type: 'Password' })])).toContain('shows a password');
    expect(fault([former({ Type: 'Symmetric' })])).toContain('shows a password');
  });

  it('with the thumbprint of what was not selected, in hexadecimal, base64 or bytes', () => {
    const hex = thumbprintOf(SECOND);
    const bytes = Buffer.from(hex, 'hex');
    const shapes = [
      hex,
      hex.toLowerCase(),
      bytes.toString('base64'),
      [...bytes],
      [...Buffer.from(hex)],
    ];
    for (const customKeyIdentifier of shapes) {
      const [one] = credentials(principal(credential({ key: null, customKeyIdentifier })));
      expect(one).toMatchObject({ certificate: null, thumbprint: hex });
    }
    for (const customKeyIdentifier of [null, 'AAAA', [1, 2], 7, {}]) {
      const [one] = credentials(principal(credential({ key: null, customKeyIdentifier })));
      expect(one).toMatchObject({ certificate: null, thumbprint: null });
    }
  });

  it('with the key as the bytes of a shell, and the key decides over the identifier', () => {
    const key = [...FIRST];
    const other = thumbprintOf(SECOND);
    const [one] = credentials(principal(credential({ key, customKeyIdentifier: other })));
    expect(one?.thumbprint).toBe(thumbprintOf(FIRST));
  });

  it('passing over passwords whose secret is not shown', () => {
    const value = {
      ...principal(credential()),
      passwordCredentials: [{ keyId: OTHER, hint: 'abc', secretText: null }],
    };
    expect(read(value)).toMatchObject({ credentials: [{}], passwords: 1 });
  });
});

describe('what is none is refused', () => {
  it.each<[unknown, string]>([
    [7, 'it is 7; expected a list'],
    [{}, 'neither "keyCredentials" nor "keyId"'],
    [[7], '/0 is 7; expected an object'],
    [principal(credential({ keyId: 'x' })), '/keyCredentials/0/keyId is "x"; expected a GUID'],
    [principal(credential({ keyId: undefined })), 'has no keyId'],
    [principal(credential(), credential()), 'has the keyId of another entry'],
    [principal(credential({ type: undefined })), 'has no type'],
    [principal(credential({ type: 'X509CertAndPassword' })), 'is of the type'],
    [principal(credential({ usage: null })), 'has no usage'],
    [principal(credential({ key: 'AAAA' })), 'PEM nor base64'],
    [principal(credential({ key: [256] })), '/key is a list; expected a certificate'],
    [principal(credential({ key: btoa(pem(FIRST, 'PRIVATE KEY')) })), 'private key'],
    [principal(credential({ endDateTime: '2031-12-31T23:00:00' })), 'an instant with its zone'],
    [principal(credential({ endDateTime: '2031-02-31T00:00:00Z' })), 'an instant with its zone'],
    [principal(credential({ endDateTime: '31.12.2031' })), 'an instant with its zone'],
    [principal(credential({ endDateTime: '/Date(9999999999999999)/' })), 'an instant'],
    [principal(credential({ endDateTime: '2001-01-01T00:00:00Z' })), 'before it starts'],
    [
      { ...principal(), passwordCredentials: [{ keyId: OTHER, secretText: 'x' }] },
      '/passwordCredentials/0 shows a password',
    ],
  ])('%j', (value, found) => {
    expect(fault(value)).toContain(found);
  });

  it('and no refusal repeats a secret', () => {
    const secretText = 'correct-horse-battery';
    const value = { ...principal(), passwordCredentials: [{ hint: 'cor', secretText }] };
    expect(fault(value)).not.toContain('horse');
  });
});

it('of five thousand damaged files each is read or refused, none slowly', () => {
  const value = [principal(credential(), credential({ keyId: OTHER, key: null }))];
  const whole = Buffer.from(JSON.stringify(value, null, 1));
  const seen = { read: 0, refused: 0, slowest: 0 };
  for (let turn = 0; turn < 5_000; turn++) {
    const bytes = damaged(whole, turn);
    const start = performance.now();
    const result = readKeyCredentials(bytes);
    seen.slowest = Math.max(seen.slowest, performance.now() - start);
    seen['fault' in result ? 'refused' : 'read']++;
  }
  expect(seen.slowest).toBeLessThan(10_000);
  expect(seen.refused).toBeGreaterThan(2_500);
  expect(seen.read).toBeGreaterThan(20);
});

it.each([
  ['one text', `{"keyId":"${'a'.repeat(1_000_000)}"}`],
  ['one list of numbers', `{"keyId":"${ID}","key":[${'1,'.repeat(500_000)}1]}`],
  ['many entries', `[${'{"keyId":1},'.repeat(80_000)}1]`],
  ['many brackets', '['.repeat(1_000_000)],
])('a mebibyte of %s is refused soon', (_, text) => {
  const start = performance.now();
  expect(readKeyCredentials(Buffer.from(text))).toHaveProperty('fault');
  expect(performance.now() - start).toBeLessThan(10_000);
});
