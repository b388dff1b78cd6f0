/** What a lock says of its holder, and what can be told of that one from here. */
export interface LockRecord {
  readonly id: string;
  /** The command that holds it, such as `apply`. */
  readonly operation: string;
  readonly host: string;
  readonly pid: number;
  /** The page of the CI run; empty where there is none. */
  readonly run: string;
  /** UTC instants in the form of ISO 8601. */
  readonly created: string;
  readonly lease_until: string;
  /** `gone`: it has ended. `unknown`: on another host, in another container, before a restart. */
  readonly holder: 'alive' | 'gone' | 'unknown';
}

/** A lock that is there and does not say who holds it. */
export interface UnreadableLock {
  readonly file: string;
  readonly holder: 'unknown';
}

/** What is found where a lock is held. */
export type FoundLock = LockRecord | UnreadableLock;

/** The lock, as its holder has it. */
export interface StateLock {
  /** The dead holder it was taken over from, in words. */
  readonly tookOver?: string;
  /** Throws a Refusal once somebody else has released the lock or taken it. */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** Which lock to release: one by its id, or, without one, the one that is there. */
export interface UnlockRequest {
  readonly id?: string;
  /** Only when its lease has ended, or its holder is known to be gone. */
  readonly ifExpired: boolean;
}

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
  /** Takes the one lock or throws a Refusal that names its holder; `signal` ends a wait for it. */
  lock(operation: string, signal?: AbortSignal): Promise<StateLock>;
  /** The lock that is held; `undefined` when none is. */
  lockRecord(): Promise<FoundLock | undefined>;
  /**
   * Releases a lock, whoever holds it, and says whose it was; `undefined` when an id is not given
   * and no lock is held. Throws a Refusal when the lock is another, or may not be released yet.
   */
  unlock(request: UnlockRequest): Promise<string | undefined>;
  /** The journal of an apply under way; `undefined` when none is. */
  readJournal(): Promise<Uint8Array | undefined>;
  /** Writes the journal; `undefined` removes it. */
  writeJournal(bytes: Uint8Array | undefined): Promise<void>;
}
