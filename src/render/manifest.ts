import { byCodeUnit, sha256 } from '../kernel/canonical.ts';
import type { Artifact } from './artifact.ts';

/** What the manifest itself is called. */
export const MANIFEST = 'manifest.json';

/** The list of all other files with their digests: what may be deleted, what was edited. */
export function manifest(
  artifacts: readonly Artifact[],
  { topology, templates }: { readonly topology: string; readonly templates: string },
): Artifact {
  const files = [...artifacts]
    .sort((a, b) => byCodeUnit(a.path, b.path))
    .map(({ path, bytes, addresses }) => ({
      path,
      sha256: sha256(bytes),
      bytes: bytes.length,
      addresses: [...addresses].sort(byCodeUnit),
    }));
  const value = { format_version: '1.0', topology, templates, files };
  return {
    path: MANIFEST,
    bytes: new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`),
    addresses: [],
  };
}
