import { byCodeUnit, sha256 } from '../kernel/canonical.ts';
import { isObject, type Json } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import { readStrictObject } from '../kernel/strict-json.ts';
import { placeOf } from './place.ts';

const MANIFEST = 'manifest.json';

/** Compares every file with the digest that the manifest gives it, both ways. */
export function checkDigests(files: ReadonlyMap<string, Uint8Array>, report: Report): void {
  // Where nothing is managed nothing is written, not even a manifest.
  if (files.size === 0) return;
  const listed = readManifest(files.get(MANIFEST));
  if (!listed) {
    report.add('proof/file-unreadable', {
      detail: 'the manifest is missing or is not one',
      help: 'apply again: it writes the manifest with the files',
      place: placeOf(MANIFEST),
    });
    return;
  }
  const paths = new Set([...files.keys(), ...listed.keys()]);
  paths.delete(MANIFEST);
  for (const path of [...paths].sort(byCodeUnit)) {
    const fault = compare(files.get(path), listed.get(path));
    if (fault) reportDifference(path, fault, report);
  }
}

function compare(bytes: Uint8Array | undefined, digest: string | undefined): string | undefined {
  if (!bytes) return 'is in the manifest and not in the tree';
  if (digest === undefined) return 'is in the tree and not in the manifest';
  return sha256(bytes) === digest ? undefined : 'has another digest than the manifest gives it';
}

function reportDifference(path: string, fault: string, report: Report): void {
  report.add('proof/digest-differs', {
    detail: `${path} ${fault}`,
    help: 'apply again, and change the topology instead of what is rendered from it',
    place: placeOf(path),
  });
}

/** Path to SHA-256, out of the manifest's list of artifacts. */
function readManifest(bytes: Uint8Array | undefined): Map<string, string> | undefined {
  const read = bytes && readStrictObject(Buffer.from(bytes).toString('utf8'));
  if (!read || 'fault' in read) return undefined;
  const list: Json = read.object['files'] ?? null;
  if (!Array.isArray(list)) return undefined;
  return new Map(
    (list as readonly Json[]).flatMap(item => {
      const { path, sha256: digest } = isObject(item) ? item : {};
      return typeof path === 'string' && typeof digest === 'string' ? [[path, digest]] : [];
    }),
  );
}
