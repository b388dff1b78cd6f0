/** What a server answered, and to whom the question went. */
export interface FetchedDocument {
  /** As it was asked for, in the one spelling. */
  readonly url: string;
  readonly host: string;
  /** The address that was connected to. */
  readonly address: string;
  readonly bytes: Uint8Array;
  readonly certificate: {
    /** SHA-256 of the DER in lower-case hexadecimal. */
    readonly sha256: string;
    /** UTC, ISO 8601 without fractions. */
    readonly notAfter: string;
  };
  /** What the server says that the time is; nothing where it does not say, or a cache answered. */
  readonly time?: Date;
}

/** Asks servers for documents that anybody may read. Nothing else touches the network. */
export interface DocumentSource {
  /** Throws a `Refusal` where the address must not be asked, or nothing of use was answered. */
  fetch(url: string): Promise<FetchedDocument>;
}

/** What it takes to make evidence of documents. */
export interface DocumentWorld {
  readonly source: DocumentSource;
  now(): Date;
  /** The name of this machine. */
  readonly host: string;
  /** Whether a folder has that name already, from this run or another of the same second. */
  isThere(name: string): boolean;
  /** Writes a new folder, whole or not at all, and says where it is. */
  write(name: string, files: ReadonlyMap<string, Uint8Array>): Promise<string>;
}
