/** Where the recorded state is kept, as bytes. Codecs live above. */
export interface StateStore {
  /** The bytes last written; `undefined` when there never were any. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces the state in one step; throws unless what is stored still has the digest `after`. */
  write(next: Uint8Array, after: string | undefined): Promise<void>;
  /** Former states that are still kept, oldest first, under the names they have there. */
  history(): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]>;
  /** The committed project identity, by which a missing state is told from a first run. */
  readProject(): Promise<Uint8Array | undefined>;
  writeProject(bytes: Uint8Array): Promise<void>;
  /** Takes the one lock or throws a Refusal that names its holder. */
  lock(operation: string): Promise<{ readonly tookOver?: string; release(): Promise<void> }>;
  /**
   * Releases the lock with this id, whoever holds it, and says whose it was; with `ifExpired` only
   * after its lease. Throws a Refusal when no such lock is held.
   */
  unlock(id: string, ifExpired: boolean): Promise<string>;
  /** The journal of an apply under way; `undefined` when none is. */
  readJournal(): Promise<Uint8Array | undefined>;
  /** Writes the journal; `undefined` removes it. */
  writeJournal(bytes: Uint8Array | undefined): Promise<void>;
}
