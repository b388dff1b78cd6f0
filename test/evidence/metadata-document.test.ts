import { describe, expect, it } from 'vitest';
import { refusalsOf } from '../../src/evidence/expected-document.ts';
import {
  MOST_DOCUMENT_BYTES,
  readMetadataDocument,
  type MetadataDocument,
} from '../../src/evidence/metadata-document.ts';
import { thumbprintOf } from '../../src/evidence/certificate.ts';
import { offsetOf } from '../../src/kernel/strict-json.ts';
import { freshKey, issue } from '../support/authority.ts';
import { pem } from '../support/certificates.ts';
import { damaged } from '../support/damaged.ts';
import {
  base64,
  described,
  DOCUMENTS,
  FARM,
  FIRST,
  ISSUER_OF_TOKENS,
  MAIL,
  SECOND,
  SITES,
  TENANT,
  webKey,
  x5t,
  type Table,
} from '../support/documents.ts';
import { testCertificate } from '../support/certificates.ts';

type Shape = keyof typeof DOCUMENTS;

const read = (value: unknown) => readMetadataDocument(Buffer.from(JSON.stringify(value)));

function document(value: unknown): MetadataDocument {
  const result = read(value);
  if ('fault' in result) throw new Error(result.fault.detail);
  return result.document;
}

function fault(text: string | Uint8Array): string {
  const result = readMetadataDocument(typeof text === 'string' ? Buffer.from(text) : text);
  if ('document' in result) throw new Error('it was read');
  const { line, column, detail } = result.fault;
  return `${line}:${column} ${detail}`;
}

const thumbprints = [FIRST, SECOND].map(thumbprintOf);
const kinds = (value: unknown) => document(value).notes.map(({ kind }) => kind);

describe('a metadata document is read in the shape of', () => {
  it('an issuer with described keys', () => {
    const { keys, ...rest } = document(DOCUMENTS.mail());
    expect(keys.map(({ certificate }) => certificate.thumbprint)).toEqual(thumbprints);
    expect(keys.map(({ x5tStated }) => x5tStated)).toEqual([x5t(FIRST), x5t(SECOND)]);
    expect(rest).toMatchObject({
      shape: 'issuer',
      version: '1.0',
      name: 'Exchange',
      principal: MAIL,
      realm: 'litware.com',
      issuer: `${MAIL}@litware.com`,
      audiences: [`${MAIL}@litware.com`],
      endpoints: [{ protocol: 'OAuth2', usage: 'metadata' }],
      notes: [],
    });
  });

  it('an issuer with a bare key and escaped slashes', () => {
    const text = JSON.stringify(DOCUMENTS.sites()).replaceAll('/', '\\/');
    const result = readMetadataDocument(Buffer.from(text));
    expect(result).toMatchObject({
      document: { shape: 'bare-issuer', principal: SITES, realm: FARM, notes: [], endpoints: [] },
    });
  });

  it('an authority, with thumbprints inside of the key values', () => {
    const { keys, ...rest } = document(DOCUMENTS.authority());
    expect(rest).toMatchObject({ shape: 'authority', principal: ISSUER_OF_TOKENS, realm: TENANT });
    expect(rest.notes).toEqual([]);
    expect(keys.map(({ x5tStated }) => x5tStated)).toEqual([x5t(FIRST), x5t(SECOND)]);
  });

  it('an authority of no realm, also without its own id', () => {
    const whole = DOCUMENTS.realmless();
    expect(document(whole)).toMatchObject({ shape: 'authority', realm: null, issuer: null });
    const { serviceName, ...nameless } = whole;
    expect(serviceName).toBe(ISSUER_OF_TOKENS);
    expect(document(nameless)).toMatchObject({ shape: 'authority', principal: null });
  });

  it('a discovery document and its key set', () => {
    const found = document(DOCUMENTS.discovery());
    expect(found).toMatchObject({ shape: 'discovery', realm: TENANT, keys: [], notes: [] });
    expect(found.endpoints.map(({ usage }) => usage)).toEqual([
      'keys',
      'issuance',
      'authorization',
    ]);
    const { shape, keys, notes } = document(DOCUMENTS.keySet());
    expect({ shape, notes }).toEqual({ shape: 'key-set', notes: [] });
    expect(keys.map(({ certificate }) => certificate.thumbprint)).toEqual(thumbprints);
  });

  it('any of them with member names in another case, with a mark, and in UTF-16', () => {
    for (const make of Object.values(DOCUMENTS)) {
      const value = make();
      const upper = JSON.stringify(value).replace(/"([A-Za-z]+)":/g, name => name.toUpperCase());
      const plain = document(value);
      expect(readMetadataDocument(Buffer.from(upper))).toMatchObject({
        document: { shape: plain.shape, issuer: plain.issuer, keys: plain.keys.map(() => ({})) },
      });
      const marked = `\ufeff${JSON.stringify(value, null, 2)}`;
      for (const encoding of ['utf8', 'utf16le'] as const) {
        expect(readMetadataDocument(Buffer.from(marked, encoding))).toEqual({ document: plain });
      }
    }
  });
});

describe('what marks a lookalike is noted', () => {
  const marked = (change: (key: Table, whole: Table) => void) => {
    const value = DOCUMENTS.mail();
    change((value['keys'] as Table[])[0]!, value);
    return kinds(value);
  };
  const plain = Buffer.from(x5t(FIRST), 'base64url').toString('base64');

  it.each<[string, (key: Table, whole: Table) => void, string[]]>([
    ['x5t in plain base64', key => (key['keyinfo'] = { x5t: plain }), ['x5t-base64']],
    ['another x5t', key => (key['keyinfo'] = { x5t: 'A'.repeat(27) }), ['x5t-other']],
    [
      'PEM in base64',
      key => (key['keyvalue'] = { type: 'x509Certificate', value: btoa(pem(FIRST)) }),
      ['value-text'],
    ],
    [
      'the realm of everybody',
      (_, whole) => Object.assign(whole, { realm: '*', issuer: `${MAIL}@*` }),
      ['any-realm'],
    ],
    [
      'letters in upper case',
      (_, whole) => Object.assign(whole, { realm: 'Litware.com' }),
      ['mixed-case'],
    ],
  ])('%s', (_, change, noted) => {
    expect(marked(change)).toEqual(noted);
  });
});

describe('what is no metadata document is refused, with its place', () => {
  it.each([
    ['', '1:1 it is empty'],
    ['<!DOCTYPE html><title>500</title>', 'HTML page'],
    ['<?xml version="1.0"?><EntityDescriptor/>', 'federation metadata, which is not read here'],
    ['<EntityDescriptor xmlns="urn:oasis"/>', 'federation metadata'],
    ['<Objs Version="1.1.0.1"/>', 'CLIXML'],
    ['[]', 'it is a list; expected an object'],
    ['{}', 'neither "keys" nor "jwks_uri"'],
    ['{"keys":', 'no JSON'],
    ['{"keys":[],"keys":[]}', '1:12 it is no JSON: two members of the name "keys"'],
    ['{"keys":[],\n  "Keys":[]}', '2:10 /Keys is there twice, in another spelling'],
    [`{"keys":${'['.repeat(17)}`, 'nested more than 16 deep'],
    ['{"keys":[]}', '/keys holds no key that signs'],
    ['{"keys":{}}', '/keys is an object; expected a list'],
    [`{"keys":[${'1,'.repeat(60)}1]}`, 'has 61 items'],
    [JSON.stringify({ ...DOCUMENTS.mail(), name: 'a\u202eb' }), 'hides characters'],
  ])('%s', (text, found) => {
    expect(fault(text)).toContain(found);
  });

  it('by size and by encoding', () => {
    expect(fault(new Uint8Array(MOST_DOCUMENT_BYTES + 1))).toContain('more than 262144');
    expect(fault(Uint8Array.of(0x7b, 0xff))).toContain('neither whole UTF-8');
  });

  it('and a fault deep inside is found in the lines of the file', () => {
    const value = DOCUMENTS.mail();
    (value['keys'] as Table[])[1]!['keyvalue'] = { type: 'x509Certificate', value: '-' };
    const text = JSON.stringify(value, null, 2);
    const line = text.split('\n').findIndex(one => one.includes('"value": "-"')) + 1;
    expect(fault(text)).toMatch(new RegExp(`^${line}:18 /keys/1/keyvalue/value is not standard`));
    expect(offsetOf(text, ['nothing', 'there'])).toBe(0);
  });
});

const weak = issue({ name: 'weak', key: freshKey(1024) }).der;
const three = issue({ name: 'three', key: freshKey(2048, 3) }).der;
const other = testCertificate(2);
const EC = Buffer.from(
  'MIIBkDCCATWgAwIBAgIUJ3WyEGZwLLumPjYs7h12i+PH38UwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRZWMubGl0d2FyZWluYy5jb20wIBcNMjYxMTI3MTExNzQ1WhgPMjEyNjExMDMxMTE3NDVaMBwxGjAYBgNVBAMMEWVjLmxpdHdhcmVpbmMuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExUMY4MnRUeGMQDhmDxh47R/T2bXBmg4RzdaOiHta87sy2mm6WiANQirE9j+uOeiiVueZPf6fzLpbqtnyKbsXpqNTMFEwHQYDVR0OBBYEFGg4brfGWa9AnNAVCIWTeq8mCcPoMB8GA1UdIwQYMBaAFGg4brfGWa9AnNAVCIWTeq8mCcPoMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAIxbWP3R2vxkOvY5LpIUpvHD/N8ooGIoqE1QLq0ql5nqAiEAhhYzP+6aT0kLVkJxCetOtZ57thwisyk6SyrYdifSjRI=',
  'base64',
);

/** Changes after which a document must not be trusted any more, by the shapes they fit. */
const EVERY: readonly (readonly [string, (value: Table) => void])[] = [
  ['no keys', value => (value['keys'] = [])],
  ['keys that are text', value => (value['keys'] = 'none')],
  ['keys that are numbers', value => (value['keys'] = [1, 2])],
  ['the first key twice', value => keysOf(value).push(keysOf(value)[0]!)],
  ['the first key twice, changed', value => keysOf(value).push({ ...keysOf(value)[0], a: 1 })],
  ['a weak key', value => put(value, weak)],
  ['a key of exponent 3', value => put(value, three)],
  ['a key of another kind', value => put(value, EC)],
  ["somebody else's key", value => put(value, other)],
  ["somebody else's key besides", value => keysOf(value).push(keyLike(value, other))],
  ['half a certificate', value => putText(value, base64(FIRST.subarray(0, 400)))],
  ['bytes behind the certificate', value => putText(value, base64(Buffer.concat([FIRST, FIRST])))],
  ['no certificate', value => putText(value, '')],
  ['base64url', value => putText(value, Buffer.from(FIRST).toString('base64url'))],
  ['a blank in base64', value => putText(value, `${base64(FIRST)} `)],
  ['lines of base64', value => putText(value, base64(FIRST).replace(/.{64}/g, '$&\n'))],
  ['PEM', value => putText(value, pem(FIRST))],
  ['PEM in base64', value => putText(value, btoa(pem(FIRST)))],
  ['two certificates in PEM', value => putText(value, btoa(pem(FIRST) + pem(SECOND)))],
  ['a private key', value => putText(value, btoa(pem(FIRST, 'PRIVATE KEY')))],
  ['alg none', value => (keysOf(value)[0]!['alg'] = 'none')],
  ['alg NONE', value => (keysOf(value)[0]!['alg'] = 'NONE')],
  ['alg HS256', value => (keysOf(value)[0]!['alg'] = 'HS256')],
  ['alg HS512', value => (keysOf(value)[0]!['alg'] = 'HS512')],
  ['another x5t', value => putThumbprint(value, 'A'.repeat(27))],
  ['an x5t in plain base64', value => putThumbprint(value, `${'+'.repeat(27)}=`)],
  ['an x5t that is a number', value => putThumbprint(value, 7)],
  ['an x5t in hexadecimal', value => putThumbprint(value, thumbprintOf(FIRST))],
];

const NAMED: readonly (readonly [string, (value: Table) => void])[] = [
  ['another realm', value => rename(value, text => text.replace(/@.*/, '@contoso.com'))],
  ['a realm of everybody', value => rename(value, text => text.replace(/@.*/, '@*'))],
  ['no realm', value => rename(value, text => text.replace(/@.*/, ''))],
  ['an empty realm', value => rename(value, text => text.replace(/@.*/, '@'))],
  ['two realms', value => rename(value, text => `${text}@contoso.com`)],
  ['a realm below', value => rename(value, text => text.replace('@', '@a.'))],
  ['a Cyrillic realm', value => rename(value, text => text.replace(/@./, '@а'))],
  ['a realm in capitals', value => rename(value, text => text.toUpperCase())],
  ['another principal', value => rename(value, text => text.replace(/^0000000./, '00000009'))],
  ['a principal that is none', value => rename(value, text => text.replace(/^[^@]*/, 'mail'))],
  ['an issuer that is a list', value => (value['issuer'] = [value['issuer']])],
  ['no issuer', value => delete value['issuer']],
  ['a second issuer', value => (value['issuers'] = ['x@contoso.com'])],
  ['a further issuer', value => (value['trustedIssuer'] = 'x@contoso.com')],
  ['an issuer in another spelling', value => (value['Issuer'] = `${MAIL}@contoso.com`)],
  ['another service', value => (value['serviceName'] = TENANT)],
  ['another realm member', value => (value['realm'] = 'contoso.com')],
  ['a realm member of blanks', value => (value['realm'] = ' ')],
  ['another version', value => (value['version'] = '2.0')],
  ['a version that is a number', value => (value['version'] = 1)],
  ['an audience of another', value => (value['allowedAudiences'] = [`${TENANT}@litware.com`])],
  ['an audience that is none', value => (value['allowedAudiences'] = ['everybody'])],
  ['audiences that are text', value => (value['allowedAudiences'] = 'everybody')],
  ['an unknown member', value => (value['trust'] = 'full')],
  ['an open endpoint', value => addEndpoint(value, 'http://litware.com/')],
  ['an endpoint that is a file', value => addEndpoint(value, 'file:///etc/passwd')],
  ['an endpoint with a password', value => addEndpoint(value, 'https://a:b@litware.com/')],
  ['an endpoint that is no address', value => addEndpoint(value, 'litware')],
  ['an endpoint of nothing', value => (value['endpoints'] = [{}])],
  ['another usage of every key', value => change(value, key => (key['usage'] = 'encryption'))],
  ['no usage', value => change(value, key => delete key['usage'])],
];

const SET: readonly (readonly [string, (value: Table) => void])[] = [
  ['a private exponent', value => (keysOf(value)[0]!['d'] = 'AQAB')],
  ['a prime', value => (keysOf(value)[0]!['p'] = 'AQAB')],
  ['a shared key', value => (keysOf(value)[0]!['k'] = 'AQAB')],
  ['a key that is shared', value => keysOf(value).push({ kty: 'oct', use: 'sig' })],
  ['one name for two keys', value => change(value, key => (key['kid'] = 'one'))],
  ['another modulus', value => (keysOf(value)[0]!['n'] = keysOf(value)[1]!['n'])],
  ['another exponent', value => (keysOf(value)[0]!['e'] = 'Aw')],
  ['no modulus', value => delete keysOf(value)[0]!['n']],
  ['another SHA-256 thumbprint', value => (keysOf(value)[0]!['x5t#S256'] = x5t(FIRST))],
  ['an empty chain', value => (keysOf(value)[0]!['x5c'] = [])],
  ['no use', value => change(value, key => delete key['use'])],
  ['no certificates', value => change(value, key => delete key['x5c'])],
];

const FOUND: readonly (readonly [string, (value: Table) => void])[] = [
  ['another issuer', value => (value['issuer'] = 'https://sts.contoso.com/')],
  ['an issuer without TLS', value => (value['issuer'] = `http://sts.windows.net/${TENANT}/`)],
  ['an issuer for everybody', value => (value['issuer'] = 'https://sts.windows.net/{tenantid}/')],
  ['no issuer', value => delete value['issuer']],
  ['further issuers', value => (value['issuers'] = [])],
  ['alg none', value => (value['id_token_signing_alg_values_supported'] = ['RS256', 'none'])],
  ['alg HS256', value => (value['id_token_signing_alg_values_supported'] = ['HS256'])],
  ['keys without TLS', value => (value['jwks_uri'] = 'http://login.windows.net/keys')],
  ['keys in a file', value => (value['jwks_uri'] = 'file:///keys')],
  ['tokens without TLS', value => (value['token_endpoint'] = 'http://login.windows.net/')],
];

const keysOf = (value: Table): Table[] => value['keys'] as Table[];
const change = (value: Table, each: (key: Table) => void): void => keysOf(value).forEach(each);

function keyLike(value: Table, der: Uint8Array): Table {
  return keysOf(value)[0]!['kty'] === undefined ? described(der) : webKey(der);
}

function put(value: Table, der: Uint8Array): void {
  keysOf(value)[0] = keyLike(value, der);
}

function putText(value: Table, text: string): void {
  const key = keysOf(value)[0]!;
  if (key['kty'] !== undefined) key['x5c'] = [text];
  else ((key['keyvalue'] ?? key['keyValue']) as Table)['value'] = text;
}

function putThumbprint(value: Table, text: unknown): void {
  const key = keysOf(value)[0]!;
  const inner = key['keyValue'] as Table | undefined;
  if (key['kty'] !== undefined) key['x5t'] = text;
  else if (inner?.['keyInfo']) inner['keyInfo'] = { x5t: text };
  else key['keyinfo'] = { x5t: text };
}

function rename(value: Table, by: (issuer: string) => string): void {
  const issuer = by(String(value['issuer']));
  const [serviceName, realm = ''] = issuer.split('@');
  Object.assign(value, { issuer, serviceName });
  if ('realm' in value) value['realm'] = realm;
}

function addEndpoint(value: Table, location: string): void {
  const added = { location, protocol: 'Another', usage: 'metadata' };
  value['endpoints'] = [...((value['endpoints'] as Table[] | undefined) ?? []), added];
}

const CASES = [
  ...cases('mail', [...EVERY, ...NAMED]),
  ...cases('sites', [...EVERY, ...NAMED]),
  ...cases('authority', [...EVERY, ...NAMED]),
  ...cases('keySet', [...EVERY, ...SET]),
  ...cases('discovery', FOUND),
];

function cases(shape: Shape, changes: readonly (readonly [string, (value: Table) => void])[]) {
  return changes.map(([title, by]) => ({ shape, title, by }));
}

describe('a document that was altered is refused with a reason', () => {
  it('in more than 120 ways', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(120);
  });

  it.each(CASES)('$shape: $title', ({ shape, by }) => {
    const value = DOCUMENTS[shape]();
    const issuer = (value['issuer'] as string | undefined) ?? null;
    const expected = { issuer, thumbprints };
    expect(refusalsOf(document(value), expected)).toEqual([]);
    by(value);
    const result = read(value);
    const reasons =
      'fault' in result ? [result.fault.detail] : refusalsOf(result.document, expected);
    expect(reasons.join('\n')).toMatch(/\w{3}.* \w/);
  });

  it('by its realm, which is named', () => {
    const found = document({ ...DOCUMENTS.mail(), realm: null, issuer: `${MAIL}@contoso.com` });
    expect(refusalsOf(found, { issuer: `${MAIL}@litware.com` })[0]).toBe(
      `it states the issuer "${MAIL}@contoso.com" (its realm is "contoso.com"); ` +
        `expected "${MAIL}@litware.com"`,
    );
  });
});

it('of five thousand damaged files each is read or refused, none slowly', () => {
  const wholes = Object.values(DOCUMENTS).map(make => Buffer.from(JSON.stringify(make(), null, 1)));
  const seen = { read: 0, refused: 0, slowest: 0 };
  for (let turn = 0; turn < 5_000; turn++) {
    const bytes = damaged(wholes[turn % wholes.length]!, turn);
    const start = performance.now();
    const result = readMetadataDocument(bytes);
    seen.slowest = Math.max(seen.slowest, performance.now() - start);
    if ('fault' in result) {
      seen.refused++;
      expect(result.fault.line).toBeGreaterThan(0);
      expect(result.fault.detail).not.toBe('');
    } else seen.read++;
  }
  expect(seen.slowest).toBeLessThan(10_000);
  expect(seen.refused).toBeGreaterThan(2_500);
  expect(seen.read).toBeGreaterThan(20);
});

it.each([
  ['a quarter of a mebibyte of brackets', '['.repeat(MOST_DOCUMENT_BYTES)],
  ['of members', `{${Array.from({ length: 20_000 }, (_, at) => `"m${at}":1`).join(',')}}`],
  ['of one text', `{"keys":"${'a'.repeat(MOST_DOCUMENT_BYTES - 20)}"}`],
  ['of one open text', `{"keys":"${'\\n'.repeat(MOST_DOCUMENT_BYTES / 2 - 20)}`],
  ['of blanks', ' '.repeat(MOST_DOCUMENT_BYTES)],
  ['of a number', `{"keys":${'1'.repeat(MOST_DOCUMENT_BYTES - 20)}}`],
])('%s is refused soon', (_, text) => {
  const start = performance.now();
  expect(fault(text)).not.toBe('');
  expect(performance.now() - start).toBeLessThan(10_000);
});
