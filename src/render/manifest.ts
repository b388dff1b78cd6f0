import { byCodeUnit } from '../kernel/canonical.ts';
import { artifactOf, type Artifact } from './artifact.ts';

/** What the manifest itself is called. */
export const MANIFEST = 'manifest.json';

/** The list of all other files with their digests: what may be deleted, what was edited. */
export function manifest(
  artifacts: readonly Artifact[],
  { topology, templates }: { readonly topology: string; readonly templates: string },
): Artifact {
  const files = [...artifacts]
    .sort((a, b) => byCodeUnit(a.path, b.path))
    .map(({ path, bytes, sha256, addresses }) => ({
      path,
      sha256,
      bytes: bytes.length,
      addresses: [...addresses].sort(byCodeUnit),
    }));
  const value = { format_version: '1.0', topology, templates, files };
  return artifactOf(MANIFEST, new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}
