import { canonical, sha256 } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { FetchedDocument } from '../ports/documents.ts';

/** Where and when a document was fetched. */
export interface Fetching {
  /** The machine. */
  readonly host: string;
  readonly at: Date;
}

const DOCUMENT = 'document.json';

/** The files of evidence that a fetched document makes: its bytes as they came, an envelope. */
export function evidenceFiles(
  fetched: FetchedDocument,
  fetching: Fetching,
): ReadonlyMap<string, Uint8Array> {
  const envelope = envelopeOf(fetched, fetching);
  // The digest finds damage, not forgery: whoever edits the file can write another.
  const whole = { ...envelope, sha256: sha256(canonical(envelope)) };
  return new Map([
    [DOCUMENT, fetched.bytes],
    ['envelope.json', new TextEncoder().encode(canonical(whole) + '\n')],
  ]);
}

function envelopeOf(fetched: FetchedDocument, { host, at }: Fetching): JsonObject {
  const { url, address, bytes, certificate, time } = fetched;
  return {
    format_version: '1.0',
    kind: 'concordat/evidence',
    source: 'url',
    family: null,
    url,
    address,
    tls: { sha256: certificate.sha256, not_after: certificate.notAfter },
    host,
    collected_at: instant(at),
    ...(time && { server_time: instant(time) }),
    documents: [{ url, file: DOCUMENT, sha256: sha256(bytes) }],
  };
}

const MOST_OF_HOST = 100;

/** The name of such a folder; two of one host and second are told apart by their number. */
export function evidenceName({ host }: FetchedDocument, at: Date, number: number): string {
  const short = `${host.slice(0, MOST_OF_HOST)}-${sha256(host).slice(0, 8)}`;
  const name = host.length > MOST_OF_HOST ? short : host;
  const stamp = instant(at).replace(/[-:]/g, '');
  return `evidence-document-${name}-${stamp}${number === 1 ? '' : `-${number}`}`;
}

function instant(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}
