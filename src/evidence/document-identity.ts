import { principalId } from '../kernel/names.ts';
import { shown } from '../kernel/visible.ts';
import type { Note } from './document-note.ts';
import { itemsOf, optionalText, refuse, textOf, type JsonNode, type Members } from './json-file.ts';

/** Who a document says that its publisher is. */
export interface DocumentIdentity {
  readonly version: string | null;
  readonly name: string | null;
  /** In lower case; null where the document leaves it to its reader. */
  readonly principal: string | null;
  /** In lower case; `*` is everybody's, null is none. */
  readonly realm: string | null;
  /** As it is written. */
  readonly issuer: string | null;
  readonly audiences: readonly string[];
}

const VERSION = /^(?:[A-Za-z]{1,32}\/)?1\.0$/;
const REALM = /^(?:\*|[a-z0-9.-]{1,253})$/;
const MOST_AUDIENCES = 200;

/** Reads who publishes; what the document says twice must agree. */
export function readIdentity(root: JsonNode, members: Members, note: Note): DocumentIdentity {
  for (const [name, node] of members) {
    if (name !== 'issuer' && name.includes('issuer')) refuse(node, 'would name a second issuer');
  }
  const version = optionalText(members.get('version'));
  if (version !== null && !VERSION.test(version)) {
    refuse(members.get('version') ?? root, `is "${shown(version)}"; expected "1.0"`);
  }
  const stated = statedIn(members);
  if (version?.includes('/') && stated.issuer === null) {
    refuse(root, 'has no issuer, which a document of this version must have');
  }
  const principal = readPrincipal(members, stated);
  const realm = readRealm(members, stated);
  noteOddities(members, realm, note);
  const name = optionalText(members.get('name'));
  const audiences = readAudiences(members.get('allowedaudiences'), principal, note);
  return { version, name, principal, realm, issuer: stated.issuer, audiences };
}

interface Stated {
  readonly issuer: string | null;
  /** What stands before and after the first "@" of the issuer. */
  readonly id: string | null;
  readonly realm: string | null;
}

function statedIn(members: Members): Stated {
  const issuer = optionalText(members.get('issuer'));
  if (issuer === null) return { issuer, id: null, realm: null };
  const at = issuer.indexOf('@');
  if (at < 0) return { issuer, id: issuer, realm: null };
  return { issuer, id: issuer.slice(0, at), realm: issuer.slice(at + 1) };
}

function readPrincipal(members: Members, { id }: Stated): string | null {
  const [ofIssuer, ofService] = [members.get('issuer'), members.get('servicename')];
  const first = guid(ofIssuer, id);
  const second = guid(ofService, optionalText(ofService));
  if (ofService && first !== null && second !== null && first !== second) {
    refuse(ofService, `is ${second}, and the issuer is ${first}`);
  }
  return first ?? second;
}

function guid(node: JsonNode | undefined, text: string | null): string | null {
  if (node === undefined || text === null) return null;
  return principalId(text) ?? refuse(node, `names "${shown(text)}"; expected a GUID`);
}

function readRealm(members: Members, stated: Stated): string | null {
  const [ofIssuer, ofRealm] = [members.get('issuer'), members.get('realm')];
  const first = realmOf(ofIssuer, stated.realm);
  const second = realmOf(ofRealm, optionalText(ofRealm));
  // Readers take none and everybody's for the same.
  const differ = (first ?? '*') !== (second ?? '*');
  if (ofRealm && stated.realm !== null && second !== null && differ) {
    refuse(ofRealm, `is "${second}", and the realm of the issuer is "${first ?? ''}"`);
  }
  return first ?? second;
}

function realmOf(node: JsonNode | undefined, text: string | null): string | null {
  if (node === undefined || text === null || text === '') return null;
  const folded = text.toLowerCase();
  if (!REALM.test(folded))
    refuse(node, `has the realm "${shown(text)}"; expected a domain or GUID`);
  return folded;
}

function noteOddities(members: Members, realm: string | null, note: Note): void {
  const named = [members.get('issuer'), members.get('servicename'), members.get('realm')];
  for (const node of named.filter(one => one !== undefined)) {
    const text = optionalText(node) ?? '';
    if (text !== text.toLowerCase()) {
      note('mixed-case', node, `"${shown(text)}" is not in lower case, as some receivers demand`);
    }
  }
  const where = members.get('issuer') ?? members.get('realm');
  if (realm === '*' && where) note('any-realm', where, 'the realm "*" is that of everybody');
}

/** `<id>@<realm>` or `<id>/<host>@<realm>`. */
const AUDIENCE = /^([^/@]{1,64})(?:\/[^@]{1,253})?@(\*|[A-Za-z0-9.-]{1,253})$/;

function readAudiences(
  node: JsonNode | undefined,
  principal: string | null,
  note: Note,
): readonly string[] {
  if (node === undefined || node.value === null) return [];
  return itemsOf(node, MOST_AUDIENCES).map(item => {
    const text = textOf(item);
    const [, id] = AUDIENCE.exec(text) ?? [];
    // No known reader looks at them, so that an odd one is no reason to read nothing.
    if (id === undefined || (principal !== null && id.toLowerCase() !== principal)) {
      note('another-audience', item, `"${shown(text)}" is no audience of this principal`);
    }
    return text;
  });
}
