import { readDer, readOid, TAG, type DerNode } from './der.ts';

/** Why a file is not the public certificate that was asked for. */
export interface CertificateFault {
  readonly kind: 'unreadable' | 'too-large' | 'private-key';
  /** What was found, to be printed after the file's name: `is empty`. */
  readonly fault: string;
}

/** The largest file that is read: an issuer certificate with some hundred names fits. */
export const MOST_BYTES = 36_500;

/** Finds the DER of the one certificate in a file: binary, PEM or bare base64, also in UTF-16. */
export function decodeCertificateFile(bytes: Uint8Array): Uint8Array | CertificateFault {
  if (bytes.length > MOST_BYTES) {
    const size = `has ${bytes.length} bytes; a certificate has at most ${MOST_BYTES}`;
    return { kind: 'too-large', fault: size };
  }
  const der = bytes[0] === TAG.sequence ? bytes : decodeText(asText(bytes));
  if (!(der instanceof Uint8Array)) return der;
  return otherThing(der) ?? der;
}

/** Text whatever its encoding: Windows tools write UTF-16 and byte order marks. */
function asText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \1-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function decodeText(text: string): Uint8Array | CertificateFault {
  if (text.trim() === '') return unreadable('is empty');
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(text)) return privateKey('a private key in PEM');
  const blocks = [...text.matchAll(BLOCK)];
  const certificates = blocks.filter(([, label]) => /^(X509 )?CERTIFICATE$/.test(label ?? ''));
  if (certificates.length > 1) {
    return unreadable(`holds ${certificates.length} certificates; expected exactly one`);
  }
  const other = blocks.find(([, label]) => label !== certificates[0]?.[1])?.[1];
  if (other !== undefined) {
    return unreadable(`holds a PEM block "${other.toLowerCase()}"; expected one certificate`);
  }
  if (text.includes('-----BEGIN') && !certificates[0]) {
    return unreadable('begins a PEM block that does not end');
  }
  return decodeBase64(certificates[0]?.[2] ?? text);
}

function decodeBase64(text: string): Uint8Array | CertificateFault {
  const bare = text.replace(/\s/g, '');
  const der = Buffer.from(bare, 'base64');
  if (!BASE64.test(bare) || der.toString('base64') !== bare) {
    return unreadable('is neither DER nor PEM nor base64');
  }
  return new Uint8Array(der);
}

function unreadable(fault: string): CertificateFault {
  return { kind: 'unreadable', fault };
}

function privateKey(what: string): CertificateFault {
  return { kind: 'private-key', fault: `holds ${what}; expected the public certificate alone` };
}

const DATA = '1.2.840.113549.1.7.1';
const SIGNED_DATA = '1.2.840.113549.1.7.2';

/** Names what a DER file is where it is a well-known thing, but not a certificate. */
function otherThing(der: Uint8Array): CertificateFault | undefined {
  const root = readDer(der);
  // Not well-formed: the certificate reader says so.
  if (!root) return undefined;
  return THINGS.find(({ shape }) => shape(root.children))?.fault;
}

type Children = readonly DerNode[];

/** Each shape looks at the outermost values only; the first that fits names the file. */
const THINGS: readonly { shape: (parts: Children) => boolean; fault: CertificateFault }[] = [
  {
    shape: ([version, safe]) => isInteger(version, 3) && readOid(safe?.children[0]) === DATA,
    fault: privateKey('a PFX with a private key'),
  },
  {
    shape: ([version, algorithm, key]) =>
      version?.tag === TAG.integer &&
      algorithm?.children[0]?.tag === TAG.oid &&
      key?.tag === TAG.octetString,
    fault: privateKey('a private key (PKCS #8)'),
  },
  {
    shape: ([version, next, third]) =>
      isInteger(version, 0) && next?.tag === TAG.integer && third?.tag === TAG.integer,
    fault: privateKey('a private key (PKCS #1)'),
  },
  {
    shape: ([version, next]) => isInteger(version, 1) && next?.tag === TAG.octetString,
    fault: privateKey('a private key (SEC 1)'),
  },
  {
    shape: ([algorithm, data]) =>
      algorithm?.children[0]?.tag === TAG.oid && data?.tag === TAG.octetString,
    fault: privateKey('an encrypted private key (PKCS #8)'),
  },
  {
    shape: ([type]) => readOid(type) === SIGNED_DATA,
    fault: unreadable('is a PKCS #7 bundle; expected one certificate'),
  },
  {
    shape: ([request]) => isInteger(request?.children[0], 0),
    fault: unreadable('is a certificate request; expected the certificate that was issued for it'),
  },
  {
    shape: ([algorithm, key]) =>
      algorithm?.children[0]?.tag === TAG.oid && key?.tag === TAG.bitString,
    fault: unreadable('is a bare public key; expected a certificate'),
  },
];

function isInteger(node: DerNode | undefined, value: number): boolean {
  return node?.tag === TAG.integer && node.content.length === 1 && node.content[0] === value;
}
