import { readDer, readOid, TAG, type DerNode } from './der.ts';

/** The parts of a certificate that lints look at and `node:crypto` does not show. */
export interface CertificateFields {
  readonly root: DerNode;
  /** 3 for every certificate of this century. */
  readonly version: number;
  readonly serial: DerNode;
  /** The signature algorithm as signed, and as written outside. */
  readonly innerAlgorithm: DerNode;
  readonly outerAlgorithm: DerNode;
  readonly issuer: DerNode;
  readonly subject: DerNode;
  readonly notBefore: DerNode;
  readonly notAfter: DerNode;
  readonly publicKey: DerNode;
  readonly extensions: readonly Extension[];
}

/** One extension: what it is, whether a reader must know it, and its value. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly node: DerNode;
  readonly value: DerNode | undefined;
}

/** One attribute of a distinguished name, in the order and string type of the encoding. */
export interface NameAttribute {
  readonly oid: string;
  readonly tag: number;
  readonly text: string;
}

/** Object identifiers that certificates carry. */
export const OID = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  rsaEncryption: '1.2.840.113549.1.1.1',
} as const;

/** Takes a certificate apart without judging it; `undefined` when it has another shape. */
export function readFields(der: Uint8Array): CertificateFields | undefined {
  const root = readDer(der);
  const [signed, outerAlgorithm] = root?.children ?? [];
  if (!root || !signed || !outerAlgorithm) return undefined;
  const versioned = signed.children[0]?.tag === TAG.context0;
  const [version, ...rest] = versioned ? signed.children : [undefined, ...signed.children];
  const [serial, innerAlgorithm, issuer, validity, subject, publicKey] = rest;
  const [notBefore, notAfter] = validity?.children ?? [];
  if (!serial || !innerAlgorithm || !issuer || !subject) return undefined;
  if (!notBefore || !notAfter || !publicKey) return undefined;
  const extensions = signed.children.find(child => child.tag === TAG.context3);
  return {
    root,
    version: (version?.children[0]?.content[0] ?? 0) + 1,
    serial,
    innerAlgorithm,
    outerAlgorithm,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions: (extensions?.children[0]?.children ?? []).map(readExtension),
  };
}

function readExtension(node: DerNode): Extension {
  const wrapped = node.children.at(-1);
  return {
    oid: readOid(node.children[0]),
    critical: node.children[1]?.tag === TAG.boolean && node.children[1].content[0] !== 0,
    node,
    value: wrapped?.tag === TAG.octetString ? readDer(wrapped.content) : undefined,
  };
}

/** The extension of an object identifier. */
export function extensionOf(fields: CertificateFields, oid: string): Extension | undefined {
  return fields.extensions.find(extension => extension.oid === oid);
}

/** DNS names of the SAN extension as they are written. */
export function dnsNames(fields: CertificateFields): string[] {
  const names = extensionOf(fields, OID.subjectAltName)?.value?.children ?? [];
  return names
    .filter(name => name.tag === TAG.dnsName)
    .map(name => Buffer.from(name.content).toString('latin1'));
}

/** The attributes of a distinguished name, relative names flattened. */
export function nameAttributes(name: DerNode): NameAttribute[] {
  return name.children
    .flatMap(relative => relative.children)
    .map(({ children: [type, value] }) => ({
      oid: readOid(type),
      tag: value?.tag ?? 0,
      text: Buffer.from(value?.content ?? []).toString('utf8'),
    }));
}

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.4', 'md5WithRSAEncryption'],
  ['1.2.840.113549.1.1.5', 'sha1WithRSAEncryption'],
  ['1.2.840.113549.1.1.10', 'rsassaPss'],
  ['1.2.840.113549.1.1.11', 'sha256WithRSAEncryption'],
  ['1.2.840.113549.1.1.12', 'sha384WithRSAEncryption'],
  ['1.2.840.113549.1.1.13', 'sha512WithRSAEncryption'],
  ['1.2.840.10045.4.1', 'ecdsa-with-SHA1'],
  ['1.2.840.10045.4.3.2', 'ecdsa-with-SHA256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-with-SHA384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-with-SHA512'],
  ['1.3.101.112', 'ED25519'],
]);

/** The name that OpenSSL gives a signature algorithm; its number where we know none. */
export function algorithmName(algorithm: DerNode): string {
  const oid = readOid(algorithm.children[0]);
  return ALGORITHMS.get(oid) ?? oid;
}
