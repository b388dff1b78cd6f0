import { createHash, X509Certificate } from 'node:crypto';
import type { CertificateInfo } from '../kernel/certificate.ts';
import { readCertificate } from './certificate.ts';
import { noteUnknown, type Note } from './document-note.ts';
import {
  itemsOf,
  membersOf,
  optionalText,
  refuse,
  textOf,
  type JsonNode,
  type Members,
} from './json-file.ts';
import { pointer } from '../kernel/json.ts';
import { shown } from '../kernel/visible.ts';

/** A key that a document publishes. */
export interface DocumentKey {
  /** Pointer into the document. */
  readonly at: string;
  /** The thumbprint as it is written; null where none is. */
  readonly x5tStated: string | null;
  /** The key's name in a key set; null elsewhere. */
  readonly kid: string | null;
  readonly certificate: CertificateInfo;
}

const MOST_KEYS = 20;
const FEWEST_BITS = 2_048;
const LEAST_EXPONENT = 65_537n;
/** Words by which a token says that nobody, or everybody, can have signed it. */
const NO_SIGNATURE = /^(?:none|hs[0-9]+)$/i;

/** Reads the keys of a document that has certificates in it; at least one must sign. */
export function readDocumentKeys(node: JsonNode, note: Note): readonly DocumentKey[] {
  const keys = itemsOf(node, MOST_KEYS).flatMap(item => readKey(item, note) ?? []);
  return demandDistinct(node, keys);
}

/** Whether a key has its thumbprint beside it or inside of it. */
export function statesThumbprint({ x5tStated }: DocumentKey): boolean {
  return x5tStated !== null;
}

function readKey(item: JsonNode, note: Note): DocumentKey | undefined {
  const members = membersOf(item);
  noteUnknown(members, ['usage', 'keyinfo', 'keyvalue', 'alg'], note);
  refuseAlgorithm(members.get('alg'));
  const usage = optionalText(members.get('usage'));
  const value = members.get('keyvalue');
  if (usage?.toLowerCase() !== 'signing') {
    return void note('key-skipped', item, `its usage is ${quoted(usage)}, not "signing"`);
  }
  if (value === undefined) refuse(item, 'has no key value');
  const inner = membersOf(value);
  noteUnknown(inner, ['type', 'value', 'keyinfo'], note);
  const type = optionalText(inner.get('type'));
  if (type?.toLowerCase() !== 'x509certificate') {
    return void note('key-skipped', item, `its type is ${quoted(type)}, not a certificate`);
  }
  const written = inner.get('value') ?? refuse(value, 'has no value');
  const certificate = readEncoded(written, note);
  const stated = statedThumbprint(members, inner, note);
  if (stated) noteThumbprint(stated, certificate, note);
  const x5tStated = stated ? textOf(stated) : null;
  return { at: pointer(item.path), x5tStated, kid: null, certificate };
}

function quoted(text: string | null): string {
  return text === null ? 'not given' : `"${shown(text)}"`;
}

function statedThumbprint(outer: Members, inner: Members, note: Note): JsonNode | undefined {
  const [beside, inside] = [outer.get('keyinfo'), inner.get('keyinfo')];
  if (beside && inside) refuse(inside, 'is there twice, beside the key value and inside of it');
  const info = beside ?? inside;
  if (!info) return undefined;
  const members = membersOf(info);
  noteUnknown(members, ['x5t'], note);
  return members.get('x5t');
}

/** Refuses the words for no signature, and for one with a secret that both sides know. */
export function refuseAlgorithm(node: JsonNode | undefined): void {
  const algorithm = optionalText(node);
  if (node && algorithm !== null && NO_SIGNATURE.test(algorithm)) {
    refuse(node, `is "${algorithm}", with which no receiver can tell who signed`);
  }
}

/** Reads a certificate in standard base64 on one line, and demands a key that can be trusted. */
export function readEncoded(node: JsonNode, note: Note): CertificateInfo {
  const text = node.value;
  if (typeof text !== 'string' || text === '') refuse(node, 'is no certificate in base64');
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) refuse(node, 'is not standard base64 on one line');
  const certificate = readCertificate(new Uint8Array(bytes));
  if ('fault' in certificate) refuse(node, certificate.fault);
  if (bytes[0] !== 0x30) {
    note('value-text', node, 'the certificate is encoded twice: base64 of PEM or of base64');
  }
  refuseWeak(node, certificate);
  return certificate;
}

function refuseWeak(node: JsonNode, { keyType, keyBits, der }: CertificateInfo): void {
  if (keyType !== 'rsa') refuse(node, 'has a key that is not RSA; expected RSA');
  if (keyBits < FEWEST_BITS) {
    refuse(node, `has an RSA key of ${keyBits} bits; expected at least ${FEWEST_BITS}`);
  }
  const exponent = new X509Certificate(der).publicKey.asymmetricKeyDetails?.publicExponent ?? 0n;
  if (exponent < LEAST_EXPONENT || exponent % 2n === 0n) {
    refuse(
      node,
      `has the RSA exponent ${exponent}; expected ${LEAST_EXPONENT} or an odd one above`,
    );
  }
}

/** Notes a thumbprint that is not SHA-1 of the certificate in base64url without padding. */
export function noteThumbprint(node: JsonNode, { der }: CertificateInfo, note: Note): void {
  const stated = textOf(node);
  if (/[+/=]/.test(stated)) {
    note('x5t-base64', node, `"${shown(stated)}" is plain base64; expected base64url, no padding`);
  }
  const plain = stated.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  // SHA-1 names the certificate here; it secures nothing.
  const own = createHash('sha1').update(der).digest('base64url');
  if (plain !== own) {
    note('x5t-other', node, `"${shown(stated)}" is not the certificate's, which is "${own}"`);
  }
}

/** Refuses a document in which no key signs, or one key or name stands for two. */
export function demandDistinct(
  node: JsonNode,
  keys: readonly DocumentKey[],
): readonly DocumentKey[] {
  if (keys.length === 0) refuse(node, 'holds no key that signs');
  const seen = new Map<string, string>();
  for (const { at, certificate, x5tStated } of keys) {
    const names = [certificate.thumbprint, ...(x5tStated === null ? [] : [`x5t ${x5tStated}`])];
    for (const name of names) {
      const before = seen.get(name);
      if (before !== undefined)
        refuse(node, `has the same key or thumbprint in ${before} and ${at}`);
      seen.set(name, at);
    }
  }
  return keys;
}
