import { isObject, type Json, type JsonObject, type Path } from '../../src/kernel/json.ts';
import { readSchema, subschemas, type Schema } from '../schema/walk.ts';

/** One place of a topology at which the schema takes a text, or the name of an entry. */
export interface Place {
  /** Where the schema says so; the same for every entry of a map. */
  readonly pointer: string;
  readonly path: Path;
  readonly part: 'value' | 'key';
  /** What stands there, or what the schema shows as an example where the base has nothing. */
  readonly written: string;
}

const schema = readSchema('topology');

/** Every place of a value, and of what its maps may hold besides, in the order of the schema. */
export function* placesOf(value: JsonObject): Generator<Place> {
  yield* walk({ schema, pointer: '', value, path: [] });
}

/** Where the schema takes a text at all: a new property is here without anybody's doing. */
export function textPointers(): string[] {
  return [...subschemas(schema)]
    .filter(([at]) => !/\/(if|patternProperties)(\/|$)/.test(at))
    .filter(([at]) => !/^\/\$defs\/[^/]+$/.test(at) && at !== '')
    .filter(([, one]) => takesText(followed(one)))
    .map(([at]) => at);
}

/** A value with another text at a place. */
export function put(value: JsonObject, { path, part }: Place, text: string): JsonObject {
  if (part === 'value') return edit(value, path, () => text) as JsonObject;
  return edit(value, path.slice(0, -1), map => renamed(map, path.at(-1), text)) as JsonObject;
}

function renamed(map: Json, from: string | number | undefined, to: string): Json {
  const entries = Object.entries(map as JsonObject);
  return Object.fromEntries(entries.map(([key, item]) => [key === from ? to : key, item]));
}

interface Step {
  readonly schema: Schema;
  readonly pointer: string;
  readonly value: Json;
  readonly path: Path;
}

function* walk(step: Step): Generator<Place> {
  const { schema: one, pointer, value, path } = resolved(step);
  if (takesText(one)) {
    const written = typeof value === 'string' ? value : 'example';
    yield { pointer: step.pointer, path, part: 'value', written };
  }
  if ('if' in one) {
    const branch = matches(one['if'] as Schema, value) ? 'then' : 'else';
    yield* walk({ schema: one[branch] as Schema, pointer: `${pointer}/${branch}`, value, path });
  }
  if (isObject(value)) yield* walkMap({ schema: one, pointer, value, path }, value);
  else if (Array.isArray(value) && 'items' in one) {
    for (const [index, item] of value.entries()) {
      const inner = { schema: one['items'] as Schema, pointer: `${pointer}/items` };
      yield* walk({ ...inner, value: item as Json, path: [...path, index] });
    }
  }
}

function* walkMap(step: Step, value: JsonObject): Generator<Place> {
  const { schema: one, pointer, path } = step;
  const known = (one['properties'] ?? {}) as Record<string, Schema>;
  for (const [key, inner] of Object.entries(known)) {
    const [example = null] = (inner['examples'] ?? []) as Json[];
    const next = { schema: inner, pointer: `${pointer}/properties/${encodeURIComponent(key)}` };
    yield* walk({ ...next, value: value[key] ?? example, path: [...path, key] });
  }
  if (!isObject(one['additionalProperties'])) return;
  for (const [key, item] of Object.entries(value)) {
    const at = [...path, key];
    yield { pointer: `${pointer}/propertyNames`, path: at, part: 'key', written: key };
    const inner = one['additionalProperties'] as Schema;
    yield* walk({
      schema: inner,
      pointer: `${pointer}/additionalProperties`,
      value: item,
      path: at,
    });
  }
}

/** A step behind the references of its schema; what is reached by one is reached everywhere. */
function resolved(step: Step): Step {
  const { $ref } = step.schema as { $ref?: string };
  return $ref === undefined
    ? step
    : { ...step, schema: followed(step.schema), pointer: $ref.slice(1) };
}

function followed(one: Schema): Schema {
  const { $ref } = one as { $ref?: string };
  const name = $ref?.replace('#/$defs/', '');
  const definitions = schema['$defs'] as Record<string, Schema>;
  return name === undefined ? one : { ...followed(definitions[name] ?? {}), ...one };
}

/** A text, a word of a list, or anything whatever: some reserved settings say no more. */
function takesText(one: Schema): boolean {
  const words = one['enum'] ?? ('const' in one ? [one['const']] : undefined);
  if (Array.isArray(words)) return words.some(word => typeof word === 'string');
  const shaped = ['type', 'if', 'properties', 'items'].some(key => key in one);
  return one['type'] === 'string' || !shaped;
}

function matches(condition: Schema, value: Json): boolean {
  if (!isObject(value)) return false;
  const required = (condition['required'] ?? []) as string[];
  const properties = Object.entries((condition['properties'] ?? {}) as Record<string, Schema>);
  return (
    required.every(key => key in value) &&
    properties.every(([key, one]) => {
      const words = (one['enum'] ?? ('const' in one ? [one['const']] : undefined)) as Json[];
      return words === undefined || words.includes(value[key] ?? null);
    })
  );
}

function edit(value: Json, path: Path, change: (found: Json) => Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((item: Json, index) => (index === step ? edit(item, rest, change) : item));
  }
  if (typeof step === 'number') return [edit(null, rest, change)];
  const map = isObject(value) ? value : {};
  return { ...map, [step]: edit(map[step] ?? null, rest, change) };
}
