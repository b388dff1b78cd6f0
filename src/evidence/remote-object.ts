/** A value as PowerShell serialised it. Whole numbers beyond 2^53 and decimals stay as text. */
export type RemoteValue = null | boolean | number | string | RemoteObject;

/** An object of a server as PowerShell serialised it; references make it a graph. */
export interface RemoteObject {
  /** .NET types, the most derived first; `Deserialized.` stays where it stands. */
  readonly types: readonly string[];
  /** What `ToString()` gave. */
  readonly text: string | null;
  readonly properties: ReadonlyMap<string, RemoteValue>;
  /** Elements of a list, a stack, a queue or what can be enumerated. */
  readonly items: readonly RemoteValue[] | null;
  readonly entries: readonly RemoteEntry[] | null;
  /** What the object is beside its properties: the number of an enumeration, a decorated text. */
  readonly value: RemoteValue;
}

/** One entry of a dictionary. */
export interface RemoteEntry {
  readonly key: RemoteValue;
  readonly value: RemoteValue;
}

/** Whether a value has properties. */
export function isRemoteObject(value: RemoteValue | undefined): value is RemoteObject {
  return typeof value === 'object' && value !== null;
}
