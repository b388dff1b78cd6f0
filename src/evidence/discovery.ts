import { refuseAlgorithm } from './document-keys.ts';
import { webAddress, type DocumentEndpoint } from './document-endpoints.ts';
import type { Note } from './document-note.ts';
import { itemsOf, refuse, textOf, type JsonNode, type Members } from './json-file.ts';

/** What an OpenID Connect discovery document says; its keys are in another document. */
export interface Discovery {
  readonly issuer: string;
  /** The first part of the issuer's path where it is a GUID. */
  readonly realm: string | null;
  readonly endpoints: readonly DocumentEndpoint[];
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Members with addresses, and what each is for in the words of the other documents. */
const ENDPOINTS = [
  ['jwks_uri', 'keys'],
  ['token_endpoint', 'issuance'],
  ['authorization_endpoint', 'authorization'],
] as const;
const ALGORITHMS = [
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_signing_alg_values_supported',
];

/** Reads a discovery document (OpenID Connect Discovery 1.0; RFC 8414). */
export function readDiscovery(root: JsonNode, members: Members, note: Note): Discovery {
  for (const [name, node] of members) {
    if (name !== 'issuer' && /issuers?$/.test(name)) refuse(node, 'would name a second issuer');
  }
  const node = members.get('issuer') ?? refuse(root, 'has no issuer');
  const issuer = textOf(node);
  const url = secureAddress(node);
  if (issuer.includes('{')) note('any-realm', node, 'the issuer is a pattern for every realm');
  const [, first = ''] = url.pathname.split('/');
  for (const name of ALGORITHMS) {
    const list = members.get(name);
    if (list) itemsOf(list, 50).forEach(refuseAlgorithm);
  }
  const realm = GUID.test(first) ? first.toLowerCase() : null;
  return { issuer, realm, endpoints: readAddresses(root, members, note) };
}

function secureAddress(node: JsonNode): URL {
  const url = webAddress(node);
  if (url.protocol !== 'https:') refuse(node, 'is an address without TLS; expected https');
  if (url.hash !== '') refuse(node, 'is an address with a fragment');
  return url;
}

function readAddresses(root: JsonNode, members: Members, note: Note): DocumentEndpoint[] {
  return ENDPOINTS.flatMap(([name, usage]) => {
    const node = members.get(name);
    if (!node) {
      note('endpoint-missing', root, `it has no ${name}, which some receivers demand`);
      return [];
    }
    secureAddress(node);
    return [{ location: textOf(node), protocol: 'OAuth2', usage }];
  });
}
