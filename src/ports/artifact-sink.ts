/** Where rendered files go. Paths are relative, `/`-separated, made by us, never by a user. */
export interface ArtifactSink {
  /** Every file that is there now, with its SHA-256; refuses symlinks and special files. */
  list(): Promise<ReadonlyMap<string, string>>;
  read(path: string): Promise<Uint8Array | undefined>;
  /** Writes one whole file, through the atomic writer. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes what a killed run left half written; called only while the lock is held. */
  sweep(): Promise<void>;
}
