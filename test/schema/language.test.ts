import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { followed, readSchema, ROOT, type Schema } from './walk.ts';

const schema = readSchema('topology');
const page = readFileSync(`${ROOT}/docs/language.md`, 'utf8');
const table = page
  .slice(page.indexOf('<!-- keys:'))
  .split('\n')
  .filter(line => line.startsWith('| ') && !line.startsWith('| #'));

describe('docs/language.md: what of the servers is said where', () => {
  it('has a row for each of the sixteen steps of an on-premises trust', () => {
    const numbers = table.flatMap(line => {
      const [first = '', last = first] = (line.split('|')[1] ?? '').trim().split('–');
      return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
    });
    expect([...new Set(numbers)]).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });

  it('names only keys that the schema has', () => {
    const keys = table.flatMap(line =>
      [...(line.split('|').at(-2) ?? '').matchAll(/`([^`]+)`/g)].map(([, key = '']) => key),
    );
    expect(keys.length).toBeGreaterThan(40);
    expect(keys.filter(key => find(key.split('.'), schema).length === 0)).toEqual([]);
  });

  it('is not fooled by a key that does not exist', () => {
    expect(find('deployments.*.issuer.certificate.publc'.split('.'), schema)).toEqual([]);
  });
});

/** Every subschema at a path; `*` is any entry of a map or item of a list. */
function find([key, ...rest]: string[], schema: Schema): Schema[] {
  const here = alternatives(schema);
  if (key === undefined) return here;
  const below = here.flatMap(one =>
    key === '*'
      ? [one['items'], one['additionalProperties']]
      : [(one['properties'] as Record<string, unknown> | undefined)?.[key]],
  );
  return below.filter(isSchema).flatMap(one => find(rest, one));
}

/** A schema and all branches it may take, references followed. */
function alternatives(one: Schema): Schema[] {
  const whole = followed(one, schema);
  const branches = [whole['then'], whole['else']].filter(isSchema);
  return [whole, ...branches.flatMap(alternatives)];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}
