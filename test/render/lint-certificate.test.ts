import { checkPrimeSync, createPrivateKey, generatePrimeSync, sign } from 'node:crypto';
import forge from 'node-forge';
import { describe, expect, it } from 'vitest';
import { LINTS, lintCertificate } from '../../src/render/lint-certificate.ts';
import type { LintProfile } from '../../src/render/lint.ts';
import { testCertificate } from '../support/certificates.ts';
import { testKeyPair } from '../support/keys.ts';

const { asn1, pki } = forge;
type Node = forge.asn1.Asn1;

const NAMES = ['litwareinc.com', 'litware.net'];
const PROFILE: LintProfile = {
  names: NAMES,
  usages: ['digitalSignature', 'keyEncipherment'],
  extendedUsages: ['serverAuth'],
  publicKey: testKeyPair(0).publicKey,
  longest: 731,
  now: new Date('2030-01-01T00:00:00Z'),
  serials: new Set(['aa'.repeat(16)]),
};

/** The parts of a certificate that the cases below spoil. */
interface Parts {
  readonly root: Node;
  readonly version: Node;
  readonly serial: Node;
  readonly inner: Node;
  readonly outer: Node;
  readonly issuer: Node;
  readonly validity: Node;
  readonly subject: Node;
  readonly common: Node;
  readonly publicKey: Node;
  readonly extensions: Node;
}

type Spoil = (parts: Parts) => void;

const inside = (node: Node): Node[] => node.value as Node[];
const child = (node: Node, ...path: number[]): Node =>
  path.reduce((at, index) => inside(at)[index]!, node);
const set = (node: Node, value: string | Node[]): void => {
  node.value = value;
};
const primitive = (type: number, value: string): Node =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, value);
const oid = (dotted: string): Node => primitive(asn1.Type.OID, asn1.oidToDer(dotted).getBytes());
const octets = (value: string): Node => primitive(asn1.Type.OCTETSTRING, value);
const sequence = (...values: Node[]): Node =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, values);
const TRUE = primitive(asn1.Type.BOOLEAN, '\xff');

/** Spoils a good certificate and signs it again. */
function spoiled(spoil: Spoil, hash = 'sha256'): Uint8Array {
  const root = asn1.fromDer(Buffer.from(testCertificate(0)).toString('latin1'));
  const signed = child(root, 0);
  const subject = child(signed, 5);
  spoil({
    root,
    version: child(signed, 0, 0),
    serial: child(signed, 1),
    inner: child(signed, 2),
    outer: child(root, 1),
    issuer: child(signed, 3),
    validity: child(signed, 4),
    subject,
    common: child(subject, 0, 0, 1),
    publicKey: child(signed, 6),
    extensions: child(signed, 7, 0),
  });
  const key = Buffer.from(testKeyPair(0).privateKey);
  const bytes = Buffer.from(asn1.toDer(signed).getBytes(), 'latin1');
  const signer = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  set(child(root, 2), `\0${sign(hash, bytes, signer).toString('latin1')}`);
  return Buffer.from(asn1.toDer(root).getBytes(), 'latin1');
}

const CONSTRAINTS = 0;
const KEY_USAGE = 1;
const EXTENDED = 2;
const SAN = 3;
const KEY_ID = 4;

/** Replaces the content of an extension. */
function content(extension: number, value: string): Spoil {
  return ({ extensions }) => set(inside(child(extensions, extension)).at(-1) as Node, value);
}

function names(...values: string[]): Spoil {
  const dns = values.map(value => asn1.create(asn1.Class.CONTEXT_SPECIFIC, 2, false, value));
  return content(SAN, asn1.toDer(sequence(...dns)).getBytes());
}

function without(extension: number): Spoil {
  return ({ extensions }) => void inside(extensions).splice(extension, 1);
}

function algorithm(dotted: string, ...parameters: Node[]): Spoil {
  return ({ inner, outer }) =>
    [inner, outer].forEach(node => set(node, [oid(dotted), ...parameters]));
}

function key(modulus: bigint, exponent: number): Spoil {
  const number = new forge.jsbn.BigInteger(modulus.toString(16), 16);
  const made = pki.rsa.setPublicKey(number, new forge.jsbn.BigInteger(String(exponent)));
  return ({ publicKey }) => set(publicKey, inside(pki.publicKeyToAsn1(made)));
}

function neighbours(): bigint {
  const first = generatePrimeSync(1024, { bigint: true });
  let second = first + 2n;
  while (!checkPrimeSync(second)) second += 2n;
  return first * second;
}

const SHA256_RSA = '1.2.840.113549.1.1.11';
const NULL = primitive(asn1.Type.NULL, '');

/** For every lint a certificate, or something known beside it, that it must find. */
const CASES: readonly [number, Spoil, LintProfile?][] = [
  [1, ({ version }) => set(version, '\x01')],
  [2, ({ serial }) => set(serial, `\x80${'a'.repeat(15)}`)],
  [2, ({ serial }) => set(serial, '\0')],
  [3, ({ serial }) => set(serial, 'a'.repeat(21))],
  [4, ({ serial }) => set(serial, 'aaaaaaa')],
  [5, () => {}, { ...PROFILE, serials: new Set([`41${'01'.repeat(15)}`]) }],
  [6, ({ outer }) => set(outer, [oid('1.2.840.113549.1.1.12'), NULL])],
  [7, algorithm('1.2.840.113549.1.1.5', NULL)],
  [8, key(2n ** 1023n + 1n, 65537)],
  [9, key(2n ** 2047n + 1n, 3)],
  [10, key(neighbours(), 65537)],
  [11, algorithm(SHA256_RSA)],
  [12, ({ issuer }) => set(issuer, [])],
  [13, ({ subject }) => set(subject, [])],
  [14, ({ common }) => set(common, 'a'.repeat(65))],
  [15, ({ common }) => set(common, 'other.com')],
  [16, ({ common }) => set(common, 'a_b.com')],
  [16, ({ common }) => (common.type = asn1.Type.IA5STRING)],
  [17, ({ common }) => set(common, ' litwareinc.com')],
  [18, ({ subject }) => inside(child(subject, 0)).push(child(subject, 0, 0))],
  [19, ({ subject, common }) => (set(child(subject, 0, 0, 0), '\x55\x04\x06'), set(common, 'de'))],
  [20, ({ validity }) => void inside(validity).reverse()],
  [21, ({ validity }) => set(child(validity, 0), '2912312300Z')],
  [21, ({ validity }) => set(validity, [primitive(24, '20291231230000Z'), child(validity, 1)])],
  [22, () => {}, { ...PROFILE, longest: 729 }],
  [23, () => {}, { ...PROFILE, now: new Date('2030-01-02T00:00:00Z') }],
  [24, ({ extensions }) => void inside(extensions).push(child(extensions, EXTENDED))],
  [25, content(SAN, '\x30\0')],
  [25, content(KEY_ID, '')],
  [26, ({ extensions }) => void inside(child(extensions, KEY_USAGE)).splice(1, 1)],
  [26, content(KEY_USAGE, '\x03\x02\x05\xe0')],
  [26, content(KEY_USAGE, '\x03\x02\x04\xa0')],
  [26, without(KEY_USAGE)],
  [27, content(KEY_USAGE, '\x03\x02\x05\x20')],
  [28, content(KEY_USAGE, '\x03\x02\x02\x84')],
  [29, content(KEY_USAGE, '\x03\x02\x06\x40')],
  [30, ({ extensions }) => void inside(child(extensions, EXTENDED)).splice(1, 0, TRUE)],
  [30, without(EXTENDED)],
  [31, content(CONSTRAINTS, '\x30\x03\x01\x01\xff')],
  [31, without(CONSTRAINTS)],
  [32, without(KEY_ID)],
  [
    33,
    ({ extensions }) =>
      inside(extensions).push(sequence(oid('2.5.29.35'), octets('\x30\x02\x82\0'))),
  ],
  [34, without(SAN)],
  [35, names('litwareinc.com', 'litware.net', 'a_b.com')],
  [35, names('litwareinc.com', 'litware.net', '.com')],
  [35, names('litwareinc.com', 'litware.net', 'evil.com\0.litware.com')],
  [36, names('litwareinc.com', 'litware.net', '*.litware.com')],
  [37, names('litwareinc.com', 'litware.net', 'Litware.net')],
  [38, names('litwareinc.com')],
  [39, content(CONSTRAINTS, '\x30\x03\x01\x01\0')],
  [39, content(KEY_ID, '\x04\x81\x03abc')],
  [40, () => {}, { ...PROFILE, publicKey: testKeyPair(1).publicKey }],
  [41, () => {}, { ...PROFILE, names: [] }],
];

const idOf = (number: number): string => LINTS.find(lint => lint.number === number)?.id ?? '';

describe('the lints of certificates', () => {
  it('find nothing in what we make', () => {
    expect(lintCertificate(testCertificate(0), PROFILE)).toEqual([]);
    const bare = { ...PROFILE, names: [] };
    expect(lintCertificate(testCertificate(0, { names: [] }), bare)).toEqual([]);
  });

  it('find nothing in a certificate that was only signed again', () => {
    expect(
      lintCertificate(
        spoiled(() => {}),
        PROFILE,
      ),
    ).toEqual([]);
  });

  it.each(CASES.map(([number, ...rest]) => [number, idOf(number), ...rest] as const))(
    '%i %s is found',
    (_, id, spoil, profile) => {
      const found = lintCertificate(spoiled(spoil), profile ?? PROFILE).map(one => one.id);
      expect(found).toContain(id);
    },
  );

  it('40 is found where another key signed', () => {
    const der = spoiled(() => {});
    der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
    expect(lintCertificate(der, PROFILE)).toMatchObject([{ id: idOf(40), severity: 'error' }]);
  });

  it('are all tried here, and numbered once each', () => {
    const numbers = LINTS.map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
    expect(new Set(CASES.map(([number]) => number))).toEqual(new Set(numbers));
    expect(new Set(LINTS.map(({ id }) => id)).size).toBe(numbers.length);
  });

  it('say nothing about names where no profile is known', () => {
    const wild = spoiled(names('*.litware.com', 'litware.net'));
    expect(lintCertificate(wild, {})).toEqual([]);
    const inner = spoiled(names('a.*.litware.com'));
    expect(lintCertificate(inner, {}).map(({ id }) => id)).toContain(idOf(36));
  });

  it('name a key of a kind that nobody here can read, and go on', () => {
    const odd = spoiled(({ publicKey }) => set(child(publicKey, 0), [oid('1.2.3.4')]));
    const found = lintCertificate(odd, {}).map(({ id }) => id);
    expect(found).toEqual([idOf(8)]);
  });

  it('answer for bytes that are no certificate', () => {
    expect(lintCertificate(new Uint8Array(3), {})).toMatchObject([
      { id: 'certificate_unreadable' },
    ]);
  });
});
