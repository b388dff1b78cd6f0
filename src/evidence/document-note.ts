import { pointer } from '../kernel/json.ts';
import { shown } from '../kernel/visible.ts';
import type { JsonNode, Members } from './json-file.ts';

/** What is odd about a document that can be read all the same. */
export type NoteKind =
  /** A thumbprint in plain base64 or with padding. */
  | 'x5t-base64'
  /** A thumbprint that is not the certificate's. */
  | 'x5t-other'
  /** A certificate that was encoded twice. */
  | 'value-text'
  /** The realm of everybody. */
  | 'any-realm'
  | 'mixed-case'
  /** An audience that names another principal. */
  | 'another-audience'
  /** An address without TLS. */
  | 'open-endpoint'
  /** Two endpoints of one protocol and usage. */
  | 'endpoint-twice'
  | 'endpoint-missing'
  | 'unknown-member'
  /** A key that a receiver passes over. */
  | 'key-skipped';

/** One such thing and where it stands. */
export interface DocumentNote {
  readonly kind: NoteKind;
  /** Pointer into the document. */
  readonly at: string;
  readonly detail: string;
}

/** Writes down what is odd. */
export type Note = (kind: NoteKind, node: JsonNode, detail: string) => void;

/** A list of notes and the way to add one. */
export function takeNotes(): { readonly notes: readonly DocumentNote[]; readonly note: Note } {
  const notes: DocumentNote[] = [];
  const note: Note = (kind, { path }, detail) => {
    notes.push({ kind, at: shown(pointer(path)), detail });
  };
  return { notes, note };
}

/** Notes members that nobody has written there so far. */
export function noteUnknown(members: Members, known: readonly string[], note: Note): void {
  for (const [name, node] of members) {
    if (!known.includes(name)) note('unknown-member', node, 'the member is not known here');
  }
}
