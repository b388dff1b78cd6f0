import { shown } from '../kernel/visible.ts';
import type { Note } from './document-note.ts';
import { noteUnknown } from './document-note.ts';
import { itemsOf, membersOf, refuse, textOf, type JsonNode } from './json-file.ts';

/** An address that a document publishes, and what for. */
export interface DocumentEndpoint {
  readonly location: string;
  readonly protocol: string;
  readonly usage: string;
}

const MOST_ENDPOINTS = 20;

/** Reads the endpoints of a document; none where the member is not there. */
export function readEndpoints(node: JsonNode | undefined, note: Note): readonly DocumentEndpoint[] {
  if (node === undefined || node.value === null) return [];
  const seen = new Set<string>();
  return itemsOf(node, MOST_ENDPOINTS).map(item => {
    const members = membersOf(item);
    noteUnknown(members, ['location', 'protocol', 'usage'], note);
    const [location = '', protocol = '', usage = ''] = ['location', 'protocol', 'usage'].map(name =>
      textOf(members.get(name) ?? refuse(item, `has no ${name}`)),
    );
    const where = members.get('location') ?? item;
    if (webAddress(where).protocol === 'http:') {
      note('open-endpoint', where, 'the address has no TLS');
    }
    const same = `${protocol} ${usage}`.toLowerCase();
    if (seen.has(same)) {
      note(
        'endpoint-twice',
        item,
        'a second endpoint of its protocol and usage; some readers fail',
      );
    }
    seen.add(same);
    return { location, protocol, usage };
  });
}

/** Reads a web address without a password in it. */
export function webAddress(node: JsonNode): URL {
  const text = textOf(node);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(text)) {
    refuse(node, `is "${shown(text)}"; expected an https address`);
  }
  if (url.username !== '' || url.password !== '') refuse(node, 'has a user or password in it');
  return url;
}
