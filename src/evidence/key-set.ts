import { createHash, X509Certificate } from 'node:crypto';
import type { CertificateInfo } from '../kernel/certificate.ts';
import { pointer } from '../kernel/json.ts';
import { shown } from '../kernel/visible.ts';
import {
  demandDistinct,
  noteThumbprint,
  readEncoded,
  refuseAlgorithm,
  type DocumentKey,
} from './document-keys.ts';
import type { Note } from './document-note.ts';
import {
  itemsOf,
  membersOf,
  optionalText,
  refuse,
  textOf,
  type JsonNode,
  type Members,
} from './json-file.ts';

const MOST_KEYS = 50;
const MOST_CHAIN = 10;
/** Members by which a set would publish what nobody else may have (RFC 7518, 6.2.2, 6.3.2, 6.4). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** Reads a JSON Web Key Set (RFC 7517); only keys with `use` "sig" and a certificate count. */
export function readKeySet(node: JsonNode, note: Note): readonly DocumentKey[] {
  const items = itemsOf(node, MOST_KEYS).map(item => ({ item, members: membersOf(item) }));
  refuseSameNames(items.map(({ members }) => members.get('kid')));
  const keys = items.flatMap(({ item, members }) => readKey(item, members, note) ?? []);
  return demandDistinct(node, keys);
}

/** Whether the items of a list are keys of a set. */
export function isKeySet(node: JsonNode): boolean {
  return itemsOf(node, MOST_KEYS).some(item => membersOf(item).has('kty'));
}

function refuseSameNames(nodes: readonly (JsonNode | undefined)[]): void {
  const seen = new Set<string>();
  for (const node of nodes) {
    const kid = optionalText(node);
    if (!node || kid === null) continue;
    if (seen.has(kid)) refuse(node, `is "${shown(kid)}", as that of another key`);
    seen.add(kid);
  }
}

function readKey(item: JsonNode, members: Members, note: Note): DocumentKey | undefined {
  const hidden = PRIVATE.map(name => members.get(name)).find(one => one !== undefined);
  if (hidden) {
    refuse(hidden, 'is part of a private or shared key; treat that key as known to others');
  }
  const kind = optionalText(members.get('kty'));
  if (kind === 'oct') refuse(item, 'is a shared key, which must not be published');
  refuseAlgorithm(members.get('alg'));
  const reason = whySkipped(members, kind);
  if (reason !== undefined) return void note('key-skipped', item, reason);
  const chain = itemsOf(members.get('x5c') ?? item, MOST_CHAIN);
  const [leaf] = chain;
  if (!leaf) refuse(item, 'has an empty chain of certificates');
  const certificate = readEncoded(leaf, note);
  compareKey(members, item, certificate);
  compareThumbprints(members, certificate, note);
  const [x5tStated, kid] = [optionalText(members.get('x5t')), optionalText(members.get('kid'))];
  return { at: pointer(item.path), x5tStated, kid, certificate };
}

/** Readers must pass over what they do not know (RFC 7517, 5). */
function whySkipped(members: Members, kind: string | null): string | undefined {
  const [use, algorithm] = [optionalText(members.get('use')), optionalText(members.get('alg'))];
  if (kind !== 'RSA') return 'its kind is not RSA';
  if (use !== 'sig') return 'its use is not "sig"';
  if (algorithm !== null && !/^[RP]S(?:256|384|512)$/.test(algorithm)) {
    return `its algorithm "${shown(algorithm)}" is not one of RSA signatures`;
  }
  return members.has('x5c') ? undefined : 'it has no certificate (x5c)';
}

function compareKey(members: Members, item: JsonNode, { der }: CertificateInfo): void {
  const { n, e } = new X509Certificate(der).publicKey.export({ format: 'jwk' });
  for (const [name, own] of [
    ['n', n],
    ['e', e],
  ] as const) {
    const node = members.get(name) ?? refuse(item, `has no "${name}"`);
    if (node.value !== own) refuse(node, 'is not of the certificate beside it');
  }
}

function compareThumbprints(members: Members, certificate: CertificateInfo, note: Note): void {
  const [short, long] = [members.get('x5t'), members.get('x5t#s256')];
  if (short) noteThumbprint(short, certificate, note);
  const own = createHash('sha256').update(certificate.der).digest('base64url');
  if (long && textOf(long) !== own) {
    note('x5t-other', long, `it is not the certificate's, which is "${own}"`);
  }
}
