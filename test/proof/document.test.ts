import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPublicCertificate, thumbprintOf } from '../../src/proof/certificate.ts';
import { readDocument } from '../../src/proof/document.ts';
import { readStrictObject } from '../../src/kernel/strict-json.ts';
import { exampleCertificate, exampleModel, keyOf, type Table } from './bundle.ts';

function document(): Table {
  return structuredClone(exampleModel().documents.get('lync') ?? {});
}

function faultsOf(change: (one: Table) => void): readonly string[] {
  const one = document();
  change(one);
  return readDocument(Buffer.from(JSON.stringify(one))).faults;
}

const der = exampleCertificate('lync');

describe('a metadata document', () => {
  it('is read whole', () => {
    const { document: read, faults } = readDocument(Buffer.from(JSON.stringify(document())));
    expect(faults).toEqual([]);
    expect(read?.issuer).toBe('00000004-0000-0ff1-ce00-000000000000@litwareinc.com');
    expect(read?.keys.map(key => key.thumbprint)).toEqual([thumbprintOf(der)]);
  });

  const BROKEN: readonly (readonly [string, (one: Table) => void, RegExp])[] = [
    ['a member missing', one => delete one['version'], /\/version is missing/],
    ['a member too many', one => (one['extra'] = 1), /\/extra is not a member/],
    ['another id', one => (one['id'] = 'x'), /\/id/],
    ['another version', one => (one['version'] = '2'), /\/version/],
    ['no principal', one => (one['serviceName'] = 'lync'), /\/serviceName/],
    ['a realm in capitals', one => (one['realm'] = 'LITWAREINC.COM'), /\/realm/],
    ['a wildcard realm', one => (one['realm'] = '*'), /\/realm/],
    ['another issuer', one => (one['issuer'] = 'x@y'), /\/issuer/],
    ['another audience', one => (one['allowedAudiences'] = ['x']), /\/allowedAudiences/],
    ['no endpoint', one => (one['endpoints'] = []), /\/endpoints/],
    ['two endpoints', one => (one['endpoints'] as Table[]).push({}), /\/endpoints/],
    ['an open endpoint', one => endpoint(one, 'location', 'http://x/'), /\/location/],
    ['another protocol', one => endpoint(one, 'protocol', 'oauth2'), /\/protocol/],
    ['another endpoint usage', one => endpoint(one, 'usage', 'issuance'), /\/usage/],
    ['keys that are no list', one => (one['keys'] = {}), /\/keys is not a list/],
    ['a key that is none', one => (one['keys'] = ['x']), /\/keys\/0 is not a key/],
    ['a key twice', one => (one['keys'] = [keyOf(der), keyOf(der)]), /twice/],
    ['another key usage', one => key(one, key0 => (key0['usage'] = 'Signing')), /usage/],
    [
      'other spelling',
      one => key(one, key0 => (key0['keyValue'] = key0['keyvalue'] ?? null)),
      /keyValue/,
    ],
    ['another type', one => inKey(one, 'keyvalue', 'type', 'x509certificate'), /type/],
    [
      'another thumbprint',
      one => inKey(one, 'keyinfo', 'x5t', 'AAAA'),
      /x5t is not the thumbprint/,
    ],
    ['no certificate', one => inKey(one, 'keyvalue', 'value', 'AAAA'), /not one certificate/],
    [
      'base64 with blanks',
      one => inKey(one, 'keyvalue', 'value', `${Buffer.from(der).toString('base64')} `),
      /not one certificate/,
    ],
    [
      'PEM inside base64',
      one =>
        inKey(
          one,
          'keyvalue',
          'value',
          Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'),
        ),
      /not one certificate/,
    ],
    [
      'bytes behind the certificate',
      one =>
        inKey(one, 'keyvalue', 'value', Buffer.concat([der, Buffer.from([0])]).toString('base64')),
      /not one certificate/,
    ],
  ];

  it.each(BROKEN)('with %s is faulted', (_, change, expected) => {
    expect(faultsOf(change).join('; ')).toMatch(expected);
  });

  it('with two members of one name is faulted', () => {
    const text = JSON.stringify(document()).replace('{', '{"issuer":"x@y",');
    expect(readDocument(Buffer.from(text)).faults.join()).toMatch(/two members.*"issuer"/);
  });

  it('of other encodings or sizes is faulted', () => {
    expect(readDocument(Buffer.from('\ufeff{}')).faults).toEqual(['not a JSON object']);
    expect(readDocument(Uint8Array.from([0x7b, 0xff])).faults).toEqual(['not UTF-8']);
    expect(readDocument(new Uint8Array(300_000)).faults).toEqual(['longer than 256 KiB']);
  });

  it('never throws on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), bytes => void readDocument(bytes)));
    fc.assert(fc.property(fc.json(), text => void readDocument(Buffer.from(text))));
  });
});

function endpoint(one: Table, name: string, value: string): void {
  const [first = {}] = one['endpoints'] as Table[];
  first[name] = value;
}

function key(one: Table, change: (key0: Table) => void): void {
  const [first = {}] = one['keys'] as Table[];
  change(first);
}

function inKey(one: Table, part: string, name: string, value: string): void {
  key(one, key0 => ((key0[part] as Table)[name] = value));
}

describe('strict JSON', () => {
  it('agrees with the engine on every JSON object', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), {
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(objects, fc.constantFrom(0, 2), (value, indent) => {
        const read = readStrictObject(JSON.stringify(value, null, indent));
        expect('object' in read && JSON.stringify(read.object)).toBe(JSON.stringify(value));
      }),
    );
  });

  it.each([
    '[1]',
    '{} {}',
    '{"a":1,}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    "{'a':1}",
    '{"a":NaN}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a" 1}',
    '{',
    '{"a":[1,]}',
    '{"a":1 "b":2}',
    '',
    'null',
    '{"a":1,"\\u0061":2}',
    `{"a":${'['.repeat(30)}${']'.repeat(30)}}`,
  ])('refuses %j', text => {
    expect(readStrictObject(text)).toHaveProperty('fault');
  });
});

describe('a public certificate', () => {
  it('is read only from exactly one DER', () => {
    expect(readPublicCertificate(der)?.thumbprint).toBe(thumbprintOf(der));
    expect(readPublicCertificate(der)?.maySign).toBe(true);
    expect(readPublicCertificate(Buffer.concat([der, der]))).toBeUndefined();
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
    expect(readPublicCertificate(Buffer.from(pem))).toBeUndefined();
    expect(readPublicCertificate(new Uint8Array(1 << 17))).toBeUndefined();
  });

  it('that is altered anywhere is read as another, or not at all', () => {
    for (let at = 0; at < der.length; at += 7) {
      const altered = Uint8Array.from(der);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(readPublicCertificate(altered)?.thumbprint).not.toBe(thumbprintOf(der));
    }
  });
});
