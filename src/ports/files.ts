/** Reads the files that a topology names. Paths are as written, relative to the topology. */
export interface Files {
  /** The bytes of a file; `undefined` when there is none. Never more than `most` bytes. */
  read(path: string, most: number): Promise<Uint8Array | 'too-large' | undefined>;
}
