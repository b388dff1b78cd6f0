import { isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { readStrictObject } from '../kernel/strict-json.ts';
import { readPublicCertificate, x5tOf, type PublicCertificate } from './certificate.ts';

/** A metadata document as a partner reads it. */
export interface MetadataDocument {
  readonly principal: string;
  readonly realm: string;
  /** `<principal>@<realm>`. */
  readonly issuer: string;
  /** Where it says that it is published. */
  readonly location: string;
  /** The key that signs comes first. */
  readonly keys: readonly PublicCertificate[];
}

/** What was read, and everything about it that is not as it must be. */
export interface DocumentReading {
  readonly document?: MetadataDocument;
  readonly faults: readonly string[];
}

const MOST_BYTES = 1 << 18;
const MEMBERS = [
  ...['id', 'version', 'name', 'realm', 'serviceName', 'issuer'],
  ...['allowedAudiences', 'keys', 'endpoints'],
];
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ID = /^_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads a metadata document in exactly the spelling that the products write. */
export function readDocument(bytes: Uint8Array): DocumentReading {
  if (bytes.length > MOST_BYTES) return { faults: ['longer than 256 KiB'] };
  const text = decode(bytes);
  if (text === undefined) return { faults: ['not UTF-8'] };
  const read = readStrictObject(text);
  if ('fault' in read) return { faults: [read.fault] };
  const faults: string[] = [];
  checkMembers(read.object, { members: MEMBERS, at: '', faults });
  checkIdentity(read.object, faults);
  const location = readLocation(read.object['endpoints'], faults);
  const keys = readKeys(read.object['keys'], faults);
  const { serviceName, realm, issuer } = read.object;
  if (![serviceName, realm, issuer, location].every(value => typeof value === 'string')) {
    return { faults };
  }
  const document = {
    principal: String(serviceName),
    realm: String(realm),
    issuer: String(issuer),
    location: String(location),
    keys,
  };
  return { document, faults };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

interface MemberCheck {
  readonly members: readonly string[];
  readonly at: string;
  readonly faults: string[];
}

/** Case-sensitive readers need the exact spelling: no member missing, none besides. */
function checkMembers(object: JsonObject, { members, at, faults }: MemberCheck): void {
  for (const member of members) {
    if (!Object.hasOwn(object, member)) faults.push(`${at}/${member} is missing`);
  }
  for (const member of Object.keys(object)) {
    if (!members.includes(member)) faults.push(`${at}/${member} is not a member of a document`);
  }
}

function checkIdentity(object: JsonObject, faults: string[]): void {
  const { id, version, serviceName, realm, issuer, allowedAudiences } = object;
  const expectations: readonly (readonly [boolean, string])[] = [
    [typeof id === 'string' && ID.test(id), '/id is not "_" and a GUID'],
    [version === '1.0', '/version is not "1.0"'],
    [typeof object['name'] === 'string', '/name is not a text'],
    [typeof serviceName === 'string' && GUID.test(serviceName), '/serviceName is not a GUID'],
    [typeof realm === 'string' && /^[a-z0-9.-]+$/.test(realm), '/realm is not in lower case'],
    [
      issuer === `${String(serviceName)}@${String(realm)}`,
      '/issuer is not the service name, "@" and the realm',
    ],
    [
      Array.isArray(allowedAudiences) && (allowedAudiences as Json[])[0] === issuer,
      '/allowedAudiences does not begin with the issuer',
    ],
  ];
  faults.push(...expectations.flatMap(([holds, fault]) => (holds ? [] : [fault])));
}

/** One endpoint and no second: some readers fail on two of the same protocol. */
function readLocation(endpoints: Json | undefined, faults: string[]): string | undefined {
  const list = Array.isArray(endpoints) ? (endpoints as readonly Json[]) : [];
  const [endpoint] = list;
  if (list.length !== 1 || !isObject(endpoint)) {
    faults.push('/endpoints does not hold exactly one endpoint');
    return undefined;
  }
  checkMembers(endpoint, {
    members: ['location', 'protocol', 'usage'],
    at: '/endpoints/0',
    faults,
  });
  const { location, protocol, usage } = endpoint;
  if (protocol !== 'OAuth2') faults.push('/endpoints/0/protocol is not "OAuth2"');
  if (usage !== 'metadata') faults.push('/endpoints/0/usage is not "metadata"');
  if (typeof location === 'string' && location.startsWith('https://')) return location;
  faults.push('/endpoints/0/location is not an https address');
  return undefined;
}

function readKeys(keys: Json | undefined, faults: string[]): PublicCertificate[] {
  const list = Array.isArray(keys) ? (keys as readonly Json[]) : [];
  if (!Array.isArray(keys)) faults.push('/keys is not a list');
  const read = list.flatMap((key, index) => readKey(key, `/keys/${index}`, faults) ?? []);
  const different = new Set(read.map(key => key.thumbprint)).size;
  if (different < read.length) faults.push('/keys holds one certificate twice');
  return read;
}

function readKey(key: Json, at: string, faults: string[]): PublicCertificate | undefined {
  const keyinfo = isObject(key) ? key['keyinfo'] : undefined;
  const keyvalue = isObject(key) ? key['keyvalue'] : undefined;
  if (!isObject(key) || !isObject(keyinfo) || !isObject(keyvalue)) {
    faults.push(`${at} is not a key with keyinfo and keyvalue`);
    return undefined;
  }
  checkMembers(key, { members: ['usage', 'keyinfo', 'keyvalue'], at, faults });
  checkMembers(keyinfo, { members: ['x5t'], at: `${at}/keyinfo`, faults });
  checkMembers(keyvalue, { members: ['type', 'value'], at: `${at}/keyvalue`, faults });
  if (key['usage'] !== 'signing') faults.push(`${at}/usage is not "signing"`);
  if (keyvalue['type'] !== 'x509Certificate') {
    faults.push(`${at}/keyvalue/type is not "x509Certificate"`);
  }
  const der = readBase64(keyvalue['value']);
  const certificate = der && readPublicCertificate(der);
  if (!certificate) {
    faults.push(`${at}/keyvalue/value is not one certificate in base64`);
  } else if (keyinfo['x5t'] !== x5tOf(certificate.thumbprint)) {
    faults.push(`${at}/keyinfo/x5t is not the thumbprint of the certificate`);
  }
  return certificate;
}

/** Standard base64 on one line that says its bytes in the one canonical way. */
function readBase64(value: Json | undefined): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? bytes : undefined;
}
