import { readDiscovery } from './discovery.ts';
import { readEndpoints, type DocumentEndpoint } from './document-endpoints.ts';
import { readIdentity, type DocumentIdentity } from './document-identity.ts';
import { readDocumentKeys, statesThumbprint, type DocumentKey } from './document-keys.ts';
import { noteUnknown, takeNotes, type DocumentNote, type Note } from './document-note.ts';
import { membersOf, readJsonFile, refuse, type FileFault, type JsonNode } from './json-file.ts';
import { isKeySet, readKeySet } from './key-set.ts';
import type { Members } from './json-file.ts';

/** What a document is by its structure. */
export type DocumentShape =
  /** Says who it is, with described keys or endpoints. */
  | 'issuer'
  /** Says who it is and lists bare keys, nothing else. */
  | 'bare-issuer'
  /** Issues tokens for others. */
  | 'authority'
  /** OpenID Connect discovery: addresses, keys elsewhere. */
  | 'discovery'
  /** JSON Web Key Set: keys alone. */
  | 'key-set';

/** A metadata document that a server publishes, as every known reader understands it. */
export interface MetadataDocument extends DocumentIdentity {
  readonly shape: DocumentShape;
  readonly keys: readonly DocumentKey[];
  readonly endpoints: readonly DocumentEndpoint[];
  /** What is odd about it, lookalikes' marks among it. */
  readonly notes: readonly DocumentNote[];
}

/** What bytes hold, or why they cannot be read. */
export type MetadataReading =
  { readonly document: MetadataDocument } | { readonly fault: FileFault };

/** The largest document that is read; those of servers have some ten kilobytes. */
export const MOST_DOCUMENT_BYTES = 1 << 18;

/** Reads a metadata document in whatever spelling a server publishes it. */
export function readMetadataDocument(bytes: Uint8Array): MetadataReading {
  return readJsonFile(bytes, MOST_DOCUMENT_BYTES, root => {
    const members = membersOf(root);
    const { notes, note } = takeNotes();
    const read = reader(root, members)(root, members, note);
    return { document: { ...NOBODY, ...read, notes } };
  });
}

const NOBODY: DocumentIdentity = {
  version: null,
  name: null,
  principal: null,
  realm: null,
  issuer: null,
  audiences: [],
};

type Parts = Partial<DocumentIdentity> & Pick<MetadataDocument, 'shape' | 'keys' | 'endpoints'>;
type Reader = (root: JsonNode, members: Members, note: Note) => Parts;

function reader(root: JsonNode, members: Members): Reader {
  const keys = members.get('keys');
  if (!keys && members.has('jwks_uri')) return discovery;
  if (!keys) refuse(root, 'has neither "keys" nor "jwks_uri"; expected a metadata document');
  return isKeySet(keys) ? keySet : ofIssuer;
}

const discovery: Reader = (root, members, note) => ({
  ...readDiscovery(root, members, note),
  shape: 'discovery',
  keys: [],
});

const keySet: Reader = (root, members, note) => ({
  shape: 'key-set',
  keys: readKeySet(members.get('keys') ?? root, note),
  endpoints: [],
});

const KNOWN = [
  ...['id', 'version', 'name', 'realm', 'servicename', 'issuer'],
  ...['allowedaudiences', 'keys', 'endpoints'],
];

const ofIssuer: Reader = (root, members, note) => {
  noteUnknown(members, KNOWN, note);
  const identity = readIdentity(root, members, note);
  const endpoints = readEndpoints(members.get('endpoints'), note);
  const keys = readDocumentKeys(members.get('keys') ?? root, note);
  const issues = endpoints.some(({ usage }) => usage.toLowerCase() === 'issuance');
  if (identity.principal === null && !issues) refuse(root, 'does not say whose keys these are');
  const described = endpoints.length > 0 || keys.some(statesThumbprint);
  return {
    ...identity,
    shape: issues ? 'authority' : described ? 'issuer' : 'bare-issuer',
    endpoints,
    keys,
  };
};
