import { isList, isObject, type Json } from '../kernel/json.ts';

/** Without what says nothing: nulls, blanks, empty lists and maps. */
export function pruned(value: Json): Json {
  if (isList(value)) return value.map(pruned).filter(one => !isNothing(one));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, one]): [string, Json] => [key, pruned(one)]);
  return Object.fromEntries(entries.filter(([, one]) => !isNothing(one)));
}

function isNothing(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
