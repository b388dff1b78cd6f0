import { isObject, type Json, type JsonObject, type Path } from '../kernel/json.ts';

/** Which keys a map may have. */
export interface KnownKeys {
  /** The keys of the form that the map's own words choose. */
  readonly here: readonly string[];
  /** The keys of its other forms. */
  readonly elsewhere: readonly string[];
}

/** Follows a value through the schema to a map, and says which keys the map may have. */
export function knownKeys(schema: JsonObject, value: Json, path: Path): KnownKeys {
  const { form, inner } = follow(schema, value, path);
  const here = keysOf(chosen(form, schema, inner));
  const all = forms(form, schema).flatMap(keysOf);
  return { here, elsewhere: all.filter(key => !here.includes(key)) };
}

/** The one value that may stand at a path, where there is only one. */
export function onlyValue(schema: JsonObject, value: Json, path: Path): Json | undefined {
  return follow(schema, value, path).form['const'];
}

function follow(
  schema: JsonObject,
  value: Json,
  path: Path,
): { readonly form: JsonObject; readonly inner: Json | undefined } {
  let form: JsonObject = schema;
  let inner: Json | undefined = value;
  for (const step of path) {
    form = stepInto(chosen(form, schema, inner), step);
    inner = childOf(inner, step);
  }
  return { form, inner };
}

/** The branch of a schema that fits a value: references followed, conditions decided. */
function chosen(form: JsonObject, schema: JsonObject, value: Json | undefined): JsonObject {
  const target = referred(form, schema);
  if (!isObject(target['if'])) return target;
  const branch = target[holds(target['if'], value) ? 'then' : 'else'];
  return chosen(object(branch), schema, value);
}

/** Every branch of a schema. */
function forms(form: JsonObject, schema: JsonObject): JsonObject[] {
  const target = referred(form, schema);
  if (!isObject(target['if'])) return [target];
  return ['then', 'else'].flatMap(branch => forms(object(target[branch]), schema));
}

function referred(form: JsonObject, schema: JsonObject): JsonObject {
  const reference = form['$ref'];
  if (typeof reference !== 'string') return form;
  const steps = reference.split('/').slice(1);
  return referred(
    object(steps.reduce<Json>((node, step) => object(node)[step] ?? {}, schema)),
    schema,
  );
}

/** Conditions of our schema ask for a type, for keys, and for what a key says; nothing else. */
function holds(condition: JsonObject, value: Json | undefined): boolean {
  if (condition['type'] === 'string') return typeof value === 'string';
  if (!isObject(value)) return false;
  const required = (condition['required'] ?? []) as readonly string[];
  const words = Object.entries(object(condition['properties']));
  return (
    required.every(key => key in value) &&
    words.every(([key, word]) => !(key in value) || says(object(word), value[key]))
  );
}

function says(word: JsonObject, value: Json | undefined): boolean {
  if ('const' in word) return word['const'] === value;
  const allowed = word['enum'];
  return !Array.isArray(allowed) || allowed.includes(value);
}

function stepInto(form: JsonObject, step: string | number): JsonObject {
  if (typeof step === 'number') return object(form['items']);
  return object(object(form['properties'])[step] ?? form['additionalProperties']);
}

function childOf(value: Json | undefined, step: string | number): Json | undefined {
  if (Array.isArray(value)) return value[Number(step)] as Json | undefined;
  return isObject(value) ? value[step] : undefined;
}

function keysOf(form: JsonObject): string[] {
  return Object.keys(object(form['properties']));
}

function object(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}
