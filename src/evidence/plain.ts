import { emptyMap, isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { isRemoteObject, type RemoteObject, type RemoteValue } from './remote-object.ts';

/** Members that a remote shell adds; they say nothing of the object. */
const TRANSPORT = new Set([
  'PSComputerName',
  'RunspaceId',
  'PSShowComputerName',
  'SerializationData',
  'PSSourceJobInstanceId',
]);
const DEEPEST = 16;

/**
 * What a collector exported, as plain objects: a table by its entries, any other object by its
 * properties. What is neither is no object of a server; `undefined` then.
 */
export function plainObjects(values: readonly RemoteValue[]): JsonObject[] | undefined {
  const [only] = values;
  const items = values.length === 1 && isRemoteObject(only) && only.items ? only.items : values;
  const plain = items.map(item => (isRemoteObject(item) ? plainOf(item, 0) : null));
  return plain.every(item => isObject(item)) ? plain : undefined;
}

function plainOf(value: RemoteValue, depth: number): Json {
  if (!isRemoteObject(value)) return value;
  if (depth > DEEPEST) return value.text;
  if (value.entries) return tableOf(value.entries, depth);
  if (value.items) return value.items.map(item => plainOf(item, depth + 1));
  // Enumerations, decorated texts and identities are what they print.
  if (value.value !== null || value.properties.size === 0) return value.text ?? scalarOf(value);
  return tableOf(
    [...value.properties].map(([key, item]) => ({ key, value: item })),
    depth,
  );
}

function scalarOf({ value }: RemoteObject): Json {
  return isRemoteObject(value) ? value.text : value;
}

function tableOf(
  entries: readonly { readonly key: RemoteValue; readonly value: RemoteValue }[],
  depth: number,
): JsonObject {
  const table = emptyMap();
  for (const { key, value } of entries) {
    const name = isRemoteObject(key) ? (key.text ?? '') : String(key);
    if (!TRANSPORT.has(name)) table[name] = plainOf(value, depth + 1);
  }
  return table;
}
