import type { NoteKind } from './document-note.ts';
import type { MetadataDocument } from './metadata-document.ts';

/** What the topology says of a document that is trusted. */
export interface ExpectedDocument {
  /** `<principal>@<realm>` or an address; null for a key set, which names nobody. */
  readonly issuer: string | null;
  /** The certificates that may be in it; left out, any may. */
  readonly thumbprints?: readonly string[];
}

/** What a receiver passes over, and so may stand in a document that is trusted. */
const HARMLESS: readonly NoteKind[] = ['key-skipped', 'endpoint-missing'];

/** Whether a note may stand of a document that is trusted. */
export function isHarmless(kind: NoteKind): boolean {
  return HARMLESS.includes(kind);
}

/** Why a document is not the one that was expected; empty when it is. */
export function refusalsOf(document: MetadataDocument, expected: ExpectedDocument): string[] {
  const odd = document.notes.filter(({ kind }) => !isHarmless(kind));
  return [
    ...otherIssuer(document, expected),
    ...otherKeys(document, expected),
    ...odd.map(({ at, detail }) => `${at || 'the document'}: ${detail}`),
  ];
}

function otherIssuer({ issuer, realm }: MetadataDocument, expected: ExpectedDocument): string[] {
  const [stated, wanted] = [issuer?.toLowerCase(), expected.issuer?.toLowerCase()];
  if (stated === wanted) return [];
  const told = issuer === null ? 'no issuer' : `the issuer "${issuer}"`;
  const at = wanted?.indexOf('@') ?? -1;
  const wrongRealm = at >= 0 && stated?.slice(0, at + 1) === wanted?.slice(0, at + 1);
  const because = wrongRealm ? ` (its realm is "${realm ?? ''}")` : '';
  return [`it states ${told}${because}; expected "${expected.issuer ?? 'none'}"`];
}

function otherKeys({ keys }: MetadataDocument, { thumbprints }: ExpectedDocument): string[] {
  if (!thumbprints) return [];
  const wanted = new Set(thumbprints.map(one => one.toUpperCase()));
  const strange = keys.filter(({ certificate }) => !wanted.has(certificate.thumbprint));
  return strange.map(({ at, certificate }) => `${at} holds another key: ${certificate.thumbprint}`);
}
