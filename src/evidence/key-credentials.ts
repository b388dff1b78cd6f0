import type { CertificateInfo } from '../kernel/certificate.ts';
import { isList, isObject } from '../kernel/json.ts';
import { principalId, type Thumbprint } from '../kernel/names.ts';
import { shown } from '../kernel/visible.ts';
import { readCertificate } from './certificate.ts';
import { bytesOf, instantOf, thumbprintIn } from './exported-values.ts';
import {
  itemsOf,
  kindOf,
  membersOf,
  optionalText,
  readJsonFile,
  refuse,
  type FileFault,
  type JsonNode,
  type Members,
} from './json-file.ts';

/** A certificate that a directory takes for an application's. */
export interface KeyCredential {
  /** The application's id where the export has it. */
  readonly application: string | null;
  readonly keyId: string;
  /** Of the key itself, else what the directory calls it by. */
  readonly thumbprint: Thumbprint | null;
  /** Null where the key was not selected: the directory has it, the export has not. */
  readonly certificate: CertificateInfo | null;
  readonly displayName: string | null;
  /** UTC instants, ISO 8601 without fractions. */
  readonly start: string | null;
  readonly end: string | null;
  readonly type: string;
  readonly usage: string;
}

/** What a file holds, or why it cannot be read. */
export type KeyCredentials =
  | {
      readonly credentials: readonly KeyCredential[];
      /** Entries that are passwords: counted, never read. */
      readonly passwords: number;
    }
  | { readonly fault: FileFault };

const MOST_BYTES = 1 << 20;
const MOST_APPLICATIONS = 1_000;
const MOST_CREDENTIALS = 1_000;

/**
 * Reads key credentials: of service principals, one or many, as the directory's web interface and
 * its shell give them, or the entries alone, in today's member names or the former ones.
 */
export function readKeyCredentials(bytes: Uint8Array): KeyCredentials {
  return readJsonFile(bytes, MOST_BYTES, root => {
    const entries = entriesIn(root);
    const keys = entries.filter(({ members }) => !isPassword(members));
    for (const one of entries) if (!keys.includes(one)) refuseSecret(one);
    const credentials = keys.map(readEntry);
    refuseTwice(keys);
    return { credentials, passwords: entries.length - keys.length };
  });
}

interface Entry {
  readonly node: JsonNode;
  readonly members: Members;
  readonly application: string | null;
}

/** One object is no list in the shell's JSON. */
function listed(node: JsonNode, most: number): readonly JsonNode[] {
  return isObject(node.value) ? [node] : itemsOf(node, most);
}

function entriesIn(root: JsonNode): Entry[] {
  const answer = isObject(root.value) ? membersOf(root).get('value') : undefined;
  // The former shape has a member of this name too, a text.
  const list = answer && isList(answer.value) ? answer : root;
  return listed(list, MOST_APPLICATIONS).flatMap(node => {
    const members = membersOf(node);
    const keys = members.get('keycredentials');
    if (members.has('keyid')) return [{ node, members, application: null }];
    if (!keys) refuse(node, 'has neither "keyCredentials" nor "keyId"; expected key credentials');
    const secret = listedOrNone(members.get('passwordcredentials'));
    const application = optionalText(members.get('appid') ?? members.get('appprincipalid'));
    return [...listedOrNone(keys), ...secret].map(one => ({
      node: one,
      members: membersOf(one),
      application,
    }));
  });
}

function listedOrNone(node: JsonNode | undefined): readonly JsonNode[] {
  return node === undefined || node.value === null ? [] : listed(node, MOST_CREDENTIALS);
}

/** Whether an entry is a secret that both sides know. */
function isPassword(members: Members): boolean {
  const type = members.get('type')?.value;
  const told = typeof type === 'string' && /^(?:password|symmetric)$/i.test(type);
  return told || members.has('secrettext') || members.has('hint');
}

function refuseSecret({ node, members }: Entry): void {
  const shownSecret = ['secrettext', 'value', 'key'].map(name => members.get(name));
  if (shownSecret.some(one => one !== undefined && one.value !== null && one.value !== '')) {
    refuse(node, 'shows a password; export without it, and treat it as known to others');
  }
}

function readEntry({ node, members, application }: Entry): KeyCredential {
  const type = requiredText(node, members, 'type');
  if (!/^asymmetric(?:x509cert)?$/i.test(type)) {
    refuse(node, `is of the type "${shown(type)}"; expected a certificate`);
  }
  const key = members.get('key') ?? members.get('value');
  const certificate = key === undefined || key.value === null ? null : readKey(key);
  return {
    application,
    keyId: guid(members.get('keyid') ?? refuse(node, 'has no keyId')),
    thumbprint: certificate?.thumbprint ?? thumbprintIn(members.get('customkeyidentifier')),
    certificate,
    displayName: optionalText(members.get('displayname')),
    ...readTimes(node, members),
    type,
    usage: requiredText(node, members, 'usage'),
  };
}

function requiredText(node: JsonNode, members: Members, name: string): string {
  return optionalText(members.get(name)) ?? refuse(node, `has no ${name}`);
}

function guid(node: JsonNode): string {
  const text = optionalText(node) ?? '';
  return principalId(text) ?? refuse(node, `is "${shown(text)}"; expected a GUID`);
}

function readKey(node: JsonNode): CertificateInfo {
  const bytes = bytesOf(node) ?? refuse(node, `is ${kindOf(node.value)}; expected a certificate`);
  const certificate = readCertificate(bytes);
  if ('fault' in certificate) refuse(node, certificate.fault);
  return certificate;
}

function readTimes(node: JsonNode, members: Members): Pick<KeyCredential, 'start' | 'end'> {
  const start = instantOf(members.get('startdatetime') ?? members.get('startdate'));
  const end = instantOf(members.get('enddatetime') ?? members.get('enddate'));
  if (start !== null && end !== null && end <= start)
    refuse(node, `ends (${end}) before it starts`);
  return { start, end };
}

function refuseTwice(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { node, members, application } of entries) {
    const id = `${application ?? ''} ${(optionalText(members.get('keyid')) ?? '').toLowerCase()}`;
    if (seen.has(id)) refuse(node, 'has the keyId of another entry');
    seen.add(id);
  }
}
