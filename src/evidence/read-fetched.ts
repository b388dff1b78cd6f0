import { sha256 } from '../kernel/canonical.ts';
import type { Report } from '../kernel/report.ts';
import { namedFile, readEnvelope, reportUnsound, Unsound } from './envelope.ts';
import { ENVELOPE, type EvidenceFiles } from './evidence.ts';
import { readMetadataDocument, type MetadataDocument } from './metadata-document.ts';

/** A metadata document as it was published at one moment. */
export interface Published {
  readonly place: string;
  /** SHA-256 of its envelope, which names the digest of the document. */
  readonly sha256: string;
  readonly url: string;
  /** UTC instant, ISO 8601. */
  readonly collectedAt: string;
  readonly document: MetadataDocument;
}

/** Reads a document that was fetched; reports what is wrong with it, and gives nothing then. */
export function readFetched(found: EvidenceFiles, report: Report): Published | undefined {
  try {
    return readWhole(found);
  } catch (error) {
    if (!(error instanceof Unsound)) throw error;
    reportUnsound(error, found, report);
    return undefined;
  }
}

function readWhole(found: EvidenceFiles): Published {
  const envelope = readEnvelope(found);
  if (!('source' in envelope)) throw new Unsound(ENVELOPE, 'it was not fetched', 'evidence/format');
  const { url, collected_at: at, documents } = envelope;
  // The schema asks for exactly one.
  const [{ file, sha256: sum }] = documents as [(typeof documents)[number]];
  const read = readMetadataDocument(namedFile(found.files, file, sum));
  if ('fault' in read) {
    const { line, column, detail } = read.fault;
    throw new Unsound(file, `line ${line}, column ${column}: ${detail}`);
  }
  const collectedAt = new Date(at).toISOString();
  const digest = sha256(found.files.get(ENVELOPE) ?? new Uint8Array());
  return { place: found.place, sha256: digest, url, collectedAt, document: read.document };
}
