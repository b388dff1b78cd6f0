import { byCodeUnit } from '../kernel/canonical.ts';
import { isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { readPublicCertificate, type PublicCertificate } from './certificate.ts';
import { isFault, readDeclared, type Declared } from './declared-block.ts';
import { readDocument, type MetadataDocument } from './document.ts';

/** A script that could be read. */
export interface Script {
  readonly path: string;
  readonly deployment: string;
  readonly declared: Declared;
}

/** A document that could be read. */
export interface DocumentFile {
  readonly path: string;
  readonly deployment: string;
  readonly document: MetadataDocument;
}

/** A certificate that could be read. */
export interface CertificateFile {
  readonly path: string;
  readonly deployment: string;
  readonly certificate: PublicCertificate;
}

/** A file that is not what its place in the tree promises. */
export interface FileFault {
  readonly path: string;
  readonly line: number;
  readonly fault: string;
}

/** Everything that can be read out of written bytes, and nothing else. */
export interface Bundle {
  readonly scripts: readonly Script[];
  /** Scripts that take a step back; they declare what their twins declare. */
  readonly undo: readonly Script[];
  readonly documents: readonly DocumentFile[];
  readonly certificates: readonly CertificateFile[];
  readonly faults: readonly FileFault[];
}

interface Draft {
  readonly scripts: Script[];
  readonly undo: Script[];
  readonly documents: DocumentFile[];
  readonly certificates: CertificateFile[];
  readonly faults: FileFault[];
}

interface Entry {
  readonly path: string;
  readonly deployment: string;
  readonly bytes: Uint8Array;
}

/** What each place of the tree holds and how it is read. */
const PLACES: readonly (readonly [RegExp, (entry: Entry, draft: Draft) => void])[] = [
  [/^([^/]+)\/scripts\/[^/]+\.ps1$/, (entry, draft) => addScript(entry, draft, draft.scripts)],
  [/^([^/]+)\/undo\/[^/]+\.ps1$/, (entry, draft) => addScript(entry, draft, draft.undo)],
  [/^([^/]+)\/metadata\/document\.json$/, addDocument],
  [/^([^/]+)\/certificates\/[^/]+\.cer$/, addCertificate],
];

/** Reads an artifact tree, file by file in order of path. */
export function readBundle(files: ReadonlyMap<string, Uint8Array>): Bundle {
  const draft: Draft = { scripts: [], undo: [], documents: [], certificates: [], faults: [] };
  for (const [path, bytes] of [...files].sort(([a], [b]) => byCodeUnit(a, b))) {
    for (const [pattern, add] of PLACES) {
      const deployment = pattern.exec(path)?.[1];
      if (deployment !== undefined) add({ path, deployment, bytes }, draft);
    }
  }
  return draft;
}

function addScript({ path, deployment, bytes }: Entry, draft: Draft, scripts: Script[]): void {
  const declared = readDeclared(bytes);
  if (isFault(declared)) draft.faults.push({ path, ...declared });
  else scripts.push({ path, deployment, declared });
}

function addDocument({ path, deployment, bytes }: Entry, draft: Draft): void {
  const { document, faults } = readDocument(bytes);
  draft.faults.push(...faults.map(fault => ({ path, line: 1, fault })));
  if (document) draft.documents.push({ path, deployment, document });
}

function addCertificate({ path, deployment, bytes }: Entry, draft: Draft): void {
  const certificate = readPublicCertificate(bytes);
  if (certificate) draft.certificates.push({ path, deployment, certificate });
  else draft.faults.push({ path, line: 1, fault: 'not exactly one certificate in DER' });
}

/** The scripts of a deployment that declare a block of a name, in order of path. */
export function scriptsWith(bundle: Bundle, deployment: string, block: string): Script[] {
  return bundle.scripts.filter(
    script => script.deployment === deployment && block in script.declared.values,
  );
}

/** A block of a script; empty where the script has none. */
export function blockOf(script: Script | undefined, name: string): JsonObject {
  const block = script?.declared.values[name];
  return isObject(block) ? block : {};
}

/** A text of a block; `undefined` where there is none. */
export function textOf(block: JsonObject, name: string): string | undefined {
  const value = block[name];
  return typeof value === 'string' ? value : undefined;
}

/** The texts of a list of a block. */
export function textsOf(block: JsonObject, name: string): string[] {
  const value: Json | undefined = block[name];
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).filter(item => typeof item === 'string');
}

/** The script over which `acceptor` comes to accept tokens of `issuer`. */
export function partnerScripts(bundle: Bundle, acceptor: string, issuer: string): Script[] {
  return scriptsWith(bundle, acceptor, 'Partner').filter(
    script => blockOf(script, 'Partner')['Deployment'] === issuer,
  );
}

/** The document of a deployment. */
export function documentOf(bundle: Bundle, deployment: string): MetadataDocument | undefined {
  return bundle.documents.find(file => file.deployment === deployment)?.document;
}
