import type { FetchSettings } from './adapters/fetch-document.ts';
import type { MetadataDocument } from './evidence/metadata-document.ts';
import { EXIT } from './kernel/exit.ts';
import { diagnose, Refusal, type Diagnostic } from './kernel/report.ts';
import type { DocumentWorld, FetchedDocument } from './ports/documents.ts';

/** Documents to fetch, and under which exceptions. */
export interface FetchRequest extends FetchSettings {
  readonly urls: readonly string[];
  /** The folder that the folders of evidence are written to. */
  readonly out: string;
}

/** A document that was fetched, read and written. */
export interface FetchedEvidence {
  readonly url: string;
  readonly folder: string;
  readonly document: MetadataDocument;
  /** Where the server said what time it is: that, and what it was here. */
  readonly clock?: { readonly time: Date; readonly here: Date };
}

/** What became of all of them. */
export interface FetchResult {
  readonly written: readonly FetchedEvidence[];
  /** Of those that were refused, and what is odd about the others. */
  readonly diagnostics: readonly Diagnostic[];
  /** The worst of all. */
  readonly exit: number;
}

/** Fetches public metadata documents; each becomes a folder of evidence, or a refusal. */
export async function fetchDocuments({ urls, out, ...rest }: FetchRequest): Promise<FetchResult> {
  const { documentWorld } = await import('./adapters/document-world.ts');
  return fetchInto(documentWorld(out, rest), urls);
}

/** The same in any world. */
export async function fetchInto(
  world: DocumentWorld,
  urls: readonly string[],
): Promise<FetchResult> {
  const written: FetchedEvidence[] = [];
  const diagnostics: Diagnostic[] = [];
  let exit: number = EXIT.done;
  for (const url of new Set(urls)) {
    try {
      const one = await fetchOne(world, url);
      written.push(one);
      diagnostics.push(...(await oddities(one)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      diagnostics.push(error.diagnostic);
      exit = Math.max(exit, error.exit);
    }
  }
  return { written, diagnostics: [...diagnostics, ...(await clocks(written))], exit };
}

async function fetchOne(world: DocumentWorld, url: string): Promise<FetchedEvidence> {
  const { evidenceFiles, evidenceName } = await import('./evidence/fetched-evidence.ts');
  const fetched = await world.source.fetch(url);
  const document = await readFetched(fetched);
  const at = world.now();
  let number = 1;
  while (world.isThere(evidenceName(fetched, at, number))) number += 1;
  const name = evidenceName(fetched, at, number);
  const folder = await world.write(name, evidenceFiles(fetched, { host: world.host, at }));
  const clock = fetched.time && { time: fetched.time, here: at };
  return { url: fetched.url, folder, document, ...(clock && { clock }) };
}

async function clocks(written: readonly FetchedEvidence[]): Promise<readonly Diagnostic[]> {
  const { clockFindings } = await import('./evidence/server-clocks.ts');
  return clockFindings(written.flatMap(({ url, clock }) => (clock ? [{ url, ...clock }] : [])));
}

async function readFetched({ url, bytes }: FetchedDocument): Promise<MetadataDocument> {
  const { readMetadataDocument } = await import('./evidence/metadata-document.ts');
  const read = readMetadataDocument(bytes);
  if ('document' in read) return read.document;
  const { line, column, detail: found } = read.fault;
  const detail = `${url} answers with no metadata document: ${line}:${column} ${found}`;
  const help = 'check the address; a document that is not sound must be mended by who publishes it';
  throw new Refusal('fetch/document', { detail, help }, EXIT.failed);
}

/** What a reader passes over need not be told. */
async function oddities({ url, document }: FetchedEvidence): Promise<Diagnostic[]> {
  const { isHarmless } = await import('./evidence/expected-document.ts');
  const odd = document.notes.filter(({ kind }) => !isHarmless(kind));
  return odd.map(({ at, detail }) => {
    const found = `${url}${at === '' ? '' : ` at ${at}`}: ${detail}`;
    const help = 'look at it before anything is made to trust this document';
    return diagnose('fetch/oddity', { detail: found, help }, () => undefined);
  });
}
