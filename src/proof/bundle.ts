import { byCodeUnit, canonical } from '../kernel/canonical.ts';
import { isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { readPublicCertificate, type PublicCertificate } from './certificate.ts';
import { isFault, readDeclared, type Declared, type Fault } from './declared-block.ts';
import { readDocument, type DocumentReading, type MetadataDocument } from './document.ts';

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

/** What was written for one deployment. */
export interface DeploymentFiles {
  /** In order of path. */
  readonly scripts: readonly Script[];
  readonly certificates: readonly CertificateFile[];
  readonly document: DocumentFile | undefined;
  /** Who it is by its scripts: one statement where all of them agree, as they must. */
  readonly selves: readonly JsonObject[];
}

/** Everything that can be read out of written bytes, and nothing else. */
export interface Bundle {
  readonly deployments: ReadonlyMap<string, DeploymentFiles>;
  readonly scripts: readonly Script[];
  /** Scripts that take a step back; they declare what their twins declare. */
  readonly undo: readonly Script[];
  /** By the address at which each says that it is published. */
  readonly published: ReadonlyMap<string, readonly DocumentFile[]>;
  readonly certificates: ReadonlyMap<string, CertificateFile>;
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

// Mutations prove hundreds of trees that differ in one file; the others are read once.
const SCRIPTS = new WeakMap<Uint8Array, Declared | Fault>();
const DOCUMENTS = new WeakMap<Uint8Array, DocumentReading>();

function remembered<Read>(
  known: WeakMap<Uint8Array, Read>,
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => Read,
): Read {
  const reading = known.get(bytes) ?? read(bytes);
  known.set(bytes, reading);
  return reading;
}

/** Reads an artifact tree, file by file in order of path. */
export function readBundle(files: ReadonlyMap<string, Uint8Array>): Bundle {
  const draft: Draft = { scripts: [], undo: [], documents: [], certificates: [], faults: [] };
  for (const [path, bytes] of [...files].sort(([a], [b]) => byCodeUnit(a, b))) {
    for (const [pattern, add] of PLACES) {
      const deployment = pattern.exec(path)?.[1];
      if (deployment !== undefined) add({ path, deployment, bytes }, draft);
    }
  }
  return indexed(draft);
}

function indexed({ scripts, undo, documents, certificates, faults }: Draft): Bundle {
  const scriptsBy = grouped(scripts, script => script.deployment);
  const certificatesBy = grouped(certificates, file => file.deployment);
  const documentBy = new Map(documents.map(file => [file.deployment, file]));
  const names = new Set([...scriptsBy.keys(), ...certificatesBy.keys(), ...documentBy.keys()]);
  const statedBy = grouped([...scripts, ...undo], script => script.deployment);
  const filesOf = (name: string): DeploymentFiles => ({
    scripts: scriptsBy.get(name) ?? [],
    certificates: certificatesBy.get(name) ?? [],
    document: documentBy.get(name),
    selves: distinct((statedBy.get(name) ?? []).map(script => blockOf(script, 'Self'))),
  });
  return {
    deployments: new Map([...names].map(name => [name, filesOf(name)])),
    scripts,
    undo,
    published: grouped(documents, file => addressOf(file.document.location)),
    certificates: new Map(certificates.map(file => [file.certificate.thumbprint, file])),
    faults,
  };
}

function distinct(selves: readonly JsonObject[]): JsonObject[] {
  return [...new Map(selves.map(self => [canonical(self), self])).values()];
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** An address in the form in which two are compared: scheme and host without case. */
export function addressOf(url: string): string {
  return url.replace(/^[^/]*\/\/[^/]*/, origin => origin.toLowerCase());
}

function addScript({ path, deployment, bytes }: Entry, draft: Draft, scripts: Script[]): void {
  const declared = remembered(SCRIPTS, bytes, readDeclared);
  if (isFault(declared)) draft.faults.push({ path, ...declared });
  else scripts.push({ path, deployment, declared });
}

function addDocument({ path, deployment, bytes }: Entry, draft: Draft): void {
  const { document, faults } = remembered(DOCUMENTS, bytes, readDocument);
  draft.faults.push(...faults.map(fault => ({ path, line: 1, fault })));
  if (document) draft.documents.push({ path, deployment, document });
}

function addCertificate({ path, deployment, bytes }: Entry, draft: Draft): void {
  const certificate = readPublicCertificate(bytes);
  if (certificate) draft.certificates.push({ path, deployment, certificate });
  else draft.faults.push({ path, line: 1, fault: 'not exactly one certificate in DER' });
}

/** The scripts of a deployment, in order of path. */
export function scriptsOf(bundle: Bundle, deployment: string): readonly Script[] {
  return bundle.deployments.get(deployment)?.scripts ?? [];
}

/** Who a deployment is by its scripts; one empty statement where it has none. */
export function selvesOf(
  bundle: Bundle,
  deployment: string,
): readonly [JsonObject, ...JsonObject[]] {
  const [first = {}, ...more] = bundle.deployments.get(deployment)?.selves ?? [];
  return [first, ...more];
}

/** The scripts of a deployment that declare a block of a name. */
export function scriptsWith(bundle: Bundle, deployment: string, block: string): Script[] {
  return scriptsOf(bundle, deployment).filter(script => block in script.declared.values);
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
  return bundle.deployments.get(deployment)?.document?.document;
}
