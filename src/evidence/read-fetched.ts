import { isList, isObject, type JsonObject } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import { checkSum, namedFile, parseEnvelope, reportUnsound, Unsound } from './envelope.ts';
import { ENVELOPE, type EvidenceFiles } from './evidence.ts';
import { readMetadataDocument, type MetadataDocument } from './metadata-document.ts';

/** A metadata document as it was published at one moment. */
export interface Published {
  readonly place: string;
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

function readWhole({ place, files }: EvidenceFiles): Published {
  const envelope = parseEnvelope(files.get(ENVELOPE) ?? new Uint8Array());
  if (!isObject(envelope)) throw new Unsound(ENVELOPE, 'it is no object', 'evidence/format');
  checkSum(envelope);
  const { url, file, sum, at } = namesIn(envelope);
  const read = readMetadataDocument(namedFile(files, file, sum));
  if ('fault' in read) {
    const { line, column, detail } = read.fault;
    throw new Unsound(file, `line ${line}, column ${column}: ${detail}`);
  }
  return { place, url, collectedAt: at, document: read.document };
}

function namesIn({
  url,
  collected_at: at,
  documents,
}: JsonObject): Record<'url' | 'file' | 'sum' | 'at', string> {
  const [first] = isList(documents) ? documents : [];
  const { file, sha256: sum } = isObject(first) ? first : {};
  const time = typeof at === 'string' ? Date.parse(at) : NaN;
  if (
    typeof url !== 'string' ||
    !URL.canParse(url) ||
    typeof file !== 'string' ||
    typeof sum !== 'string' ||
    Number.isNaN(time)
  ) {
    throw new Unsound(ENVELOPE, 'it names no document, address and moment', 'evidence/format');
  }
  return { url, file, sum, at: new Date(time).toISOString() };
}
