import { sha256 } from '../kernel/canonical.ts';
import type { CertificateInfo } from '../kernel/certificate.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import type { Collected } from '../generated/evidence-document.ts';
import { readCertificate } from './certificate.ts';
import { readClixml } from './clixml.ts';
import { namedFile, parseEnvelope, readEnvelope, reportUnsound, Unsound } from './envelope.ts';
import { ENVELOPE, type Evidence, type EvidenceFiles } from './evidence.ts';
import { plainObjects } from './plain.ts';

/**
 * Reads what a collector brought back. Every file must be there, be named and fit its digest;
 * nothing of what is damaged enters a plan. Reports all faults; `undefined` where there is one.
 */
export function readEvidence(found: EvidenceFiles, report: Report): Evidence | undefined {
  if (found.skipped !== undefined) return reportSkipped(found, found.skipped, report);
  const faults: Unsound[] = [];
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Unsound)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  const evidence = attempt(() => readWhole(found, attempt));
  for (const fault of faults) reportUnsound(fault, found, report);
  return faults.length === 0 ? evidence : undefined;
}

/** Silence would look as if that server had been read. */
function reportSkipped({ place }: EvidenceFiles, why: string, report: Report): undefined {
  report.add('evidence/skipped', {
    detail: `${place} was not read: ${why}`,
    help: 'copy it from its server again, whole, or collect again; if it is not needed, remove it',
  });
}

type Attempt = <Value>(read: () => Value) => Value | undefined;

function readWhole(found: EvidenceFiles, attempt: Attempt): Evidence {
  const document = readCollected(found);
  const listed = new Set([ENVELOPE]);
  const read = filesOf(found, listed);
  const objects = document.objects.map(one => attempt(() => objectsOf(one, read)) ?? []);
  const certificates = document.certificates.map(one => attempt(() => certificateOf(one, read)));
  for (const name of found.files.keys()) {
    if (!listed.has(name)) attempt(() => foreign(name));
  }
  return {
    place: found.place,
    sha256: sha256(found.files.get(ENVELOPE) ?? new Uint8Array()),
    family: document.family,
    host: document.host,
    // A collector that met no build writes a blank.
    build: document.build === '' ? null : document.build,
    collectedAt: new Date(document.collected_at).toISOString(),
    objects: new Map(document.objects.map(({ command }, at) => [command, objects[at] ?? []])),
    certificates: new Map(certificates.flatMap(one => (one ? [[one.thumbprint, one]] : []))),
    privateKeys: saidOfKeys(document, ({ private_key: key }) => key),
    keyStorage: saidOfKeys(document, ({ key_storage: storage }) => storage),
    unread: new Map(document.unread.map(({ what, because }) => [what, because])),
  };
}

/** By thumbprint; nothing where nobody looked. */
function saidOfKeys<Said>(
  { certificates }: Collected,
  said: (listed: ListedCertificate) => Said | undefined,
): ReadonlyMap<string, Said> {
  return new Map(
    certificates.flatMap(listed => {
      const one = said(listed);
      return one === undefined ? [] : [[listed.thumbprint.toUpperCase(), one]];
    }),
  );
}

function foreign(name: string): never {
  throw new Unsound(name, 'the envelope does not name it');
}

function readCollected(found: EvidenceFiles): Collected {
  const document = readEnvelope(found);
  if ('source' in document) throw new Unsound(ENVELOPE, 'it was not collected', 'evidence/format');
  const commands = document.objects.map(({ command }) => command);
  const twice = commands.find((command, at) => commands.indexOf(command) !== at);
  if (twice !== undefined) throw new Unsound(ENVELOPE, `it lists ${twice} twice`);
  const unread = new Set(document.unread.map(({ what }) => what));
  const both = commands.find(command => unread.has(command));
  if (both !== undefined) throw new Unsound(ENVELOPE, `it lists ${both} as read and as not read`);
  return document;
}

type ReadFile = (file: string, sum: string) => Uint8Array;

function filesOf({ files }: EvidenceFiles, listed: Set<string>): ReadFile {
  return (file, sum) => {
    listed.add(file);
    return namedFile(files, file, sum);
  };
}

type Listed = Collected['objects'][number];

function objectsOf({ command, file, sha256: sum, count, items }: Listed, read: ReadFile) {
  if (items) {
    if (file !== undefined) throw new Unsound(ENVELOPE, `${command} has a file and items`);
    return items as JsonObject[];
  }
  if (file === undefined || sum === undefined) {
    throw new Unsound(ENVELOPE, `${command} has neither a file with its SHA-256 nor items`);
  }
  const found = readClixml(read(file, sum));
  if ('fault' in found) {
    const { line, column, detail } = found.fault;
    throw new Unsound(file, `line ${line}, column ${column}: ${detail}`);
  }
  const objects = plainObjects(found.objects);
  if (!objects) throw new Unsound(file, 'it holds something else than objects with properties');
  if (objects.length !== Number(count)) {
    throw new Unsound(file, `it holds ${objects.length} objects, and the envelope says ${count}`);
  }
  return objects;
}

type ListedCertificate = Collected['certificates'][number];

function certificateOf(
  { thumbprint, file, sha256: sum, der }: ListedCertificate,
  read: ReadFile,
): CertificateInfo {
  const bytes =
    file !== undefined && sum !== undefined
      ? read(file, sum)
      : Buffer.from(typeof der === 'string' ? der : '', 'base64');
  const info = readCertificate(bytes);
  const where = file ?? ENVELOPE;
  if ('fault' in info) throw new Unsound(where, `${thumbprint} ${info.fault}`);
  if (info.thumbprint !== thumbprint.toUpperCase()) {
    throw new Unsound(where, `it is ${info.thumbprint}, and the envelope says ${thumbprint}`);
  }
  return info;
}

/** Whether it is a document that was fetched, and says nothing of what a server holds. */
export function isFetched({ files }: EvidenceFiles): boolean {
  try {
    const bytes = files.get(ENVELOPE);
    return bytes !== undefined && (parseEnvelope(bytes) as JsonObject)['source'] === 'url';
  } catch {
    return false;
  }
}
