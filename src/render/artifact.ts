import { sha256 } from '../kernel/canonical.ts';

/** One rendered file: where it goes below the artifact folder, and its exact bytes. */
export interface Artifact {
  /** Relative, `/`-separated, made of our own names only. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, taken once: runbook, manifest, plan, survey and state all name it. */
  readonly sha256: string;
  /** The resources it carries out or describes. */
  readonly addresses: readonly string[];
}

/** A rendered file with its digest. */
export function artifactOf(
  path: string,
  bytes: Uint8Array,
  addresses: readonly string[] = [],
): Artifact {
  return { path, bytes, sha256: sha256(bytes), addresses };
}
