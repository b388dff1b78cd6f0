/** One rendered file: where it goes below the artifact folder, and its exact bytes. */
export interface Artifact {
  /** Relative, `/`-separated, made of our own names only. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The resources it carries out or describes. */
  readonly addresses: readonly string[];
}
