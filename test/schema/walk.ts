import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A JSON Schema as the tests walk it. */
export type Schema = { readonly [key: string]: unknown };

/** The repository's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A committed schema. */
export function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(`${ROOT}/schema/${name}.schema.json`, 'utf8')) as Schema;
}

/** Every subschema with its JSON pointer; values such as examples are no subschemas. */
export function* subschemas(node: unknown, at = ''): Generator<[string, Schema]> {
  if (typeof node === 'boolean' || typeof node !== 'object' || node === null) return;
  const schema = node as Schema;
  yield [at, schema];
  for (const key of ['items', 'additionalProperties', 'propertyNames', 'if', 'then', 'else']) {
    if (key in schema) yield* subschemas(schema[key], `${at}/${key}`);
  }
  for (const [index, item] of ((schema['oneOf'] ?? []) as unknown[]).entries()) {
    yield* subschemas(item, `${at}/oneOf/${index}`);
  }
  for (const key of ['properties', 'patternProperties', '$defs']) {
    for (const [name, item] of Object.entries(schema[key] ?? {})) {
      yield* subschemas(item, `${at}/${key}/${escaped(name)}`);
    }
  }
}

/** Every property that a document may have: conditions only look at them. */
export function properties(schema: Schema): [string, Schema][] {
  return [...subschemas(schema)].filter(
    ([at]) => /\/properties\/[^/]+$/.test(at) && !at.includes('/if/'),
  );
}

/** A schema with its references followed one step. */
export function followed(schema: Schema, root: Schema): Schema {
  const { $ref = '' } = schema as { $ref?: string };
  const name = /^#\/\$defs\/(.+)$/.exec($ref)?.[1];
  const definitions = (root['$defs'] ?? {}) as Record<string, Schema>;
  return name === undefined ? schema : { ...definitions[name], ...schema };
}

function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
