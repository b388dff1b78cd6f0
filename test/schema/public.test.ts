import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { followed, properties, readSchema, subschemas, type Schema } from './walk.ts';

const NAMES = [
  'topology',
  'plan',
  'diff',
  'drift',
  'event',
  'state',
  'receipt',
  'status',
  'diagnosis',
  'product',
];

function ajvWith(schema: Schema): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, ownProperties: true });
  formats.default.default(ajv);
  ajv.addVocabulary(['patternErrorMessage', 'deprecationMessage']);
  ajv.addSchema(schema, 'it');
  return ajv;
}

describe.each(NAMES)('%s.schema.json', name => {
  const schema = readSchema(name);
  const all = [...subschemas(schema)];

  it('is draft 2020-12 and known by its own address', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema['$id']).toBe(`urn:concordat:schema:${name}`);
  });

  it('describes every property and shows at least one example', () => {
    expect(properties(schema).length).toBeGreaterThan(10);
    const mute = properties(schema).filter(
      ([, one]) => typeof one['description'] !== 'string' || !Array.isArray(one['examples']),
    );
    expect(mute.map(([at]) => at)).toEqual([]);
  });

  it('shows only examples that are valid where they stand', () => {
    const ajv = ajvWith(schema);
    for (const [at, one] of properties(schema)) {
      const validate = ajv.getSchema(`it#${at}`);
      for (const example of one['examples'] as unknown[]) {
        expect(validate?.(example), `${at}: ${JSON.stringify(validate?.errors)}`).toBe(true);
      }
    }
  });

  it('bounds every text, list and map', () => {
    const unbounded = all.filter(([at, one]) => {
      if (at.includes('/if')) return false;
      const types = [one['type']].flat();
      return (
        (types.includes('string') && !('maxLength' in one)) ||
        (types.includes('array') && !('maxItems' in one)) ||
        (types.includes('object') && !('properties' in one) && !('maxProperties' in one))
      );
    });
    expect(unbounded.map(([at]) => at)).toEqual([]);
  });

  it('closes every object that has properties of its own', () => {
    const open = all.filter(
      ([at, one]) =>
        'properties' in one && !/\/if(\/|$)/.test(at) && one['additionalProperties'] !== false,
    );
    // Of an unknown product, kind or source only the common part is looked at.
    const meant = /deployment-common$|\/scenario(\/else)+$/;
    expect(open.map(([at]) => at).filter(at => !meant.test(at))).toEqual([]);
  });

  it('has only patterns that a linear matcher can run', () => {
    const patterns = all.flatMap(([, one]) => [
      ...(typeof one['pattern'] === 'string' ? [one['pattern']] : []),
      ...Object.keys(one['patternProperties'] ?? {}),
    ]);
    for (const pattern of patterns) {
      expect(isNested(pattern), `${pattern} repeats a repetition`).toBe(false);
      expect(pattern, 'look-around and back references').not.toMatch(/\(\?[=!<]|\\[1-9]/);
      for (const attack of attacks()) new RegExp(pattern, 'u').test(attack);
    }
  });

  it('says in words what each pattern of the language asks', () => {
    const silent = all.filter(
      ([at, one]) => 'pattern' in one && name === 'topology' && !one['patternErrorMessage'] && at,
    );
    expect(silent.map(([at]) => at)).toEqual([]);
  });

  it('has no reference that leads nowhere', () => {
    for (const [at, one] of all) {
      if ('$ref' in one) expect(Object.keys(followed(one, schema)).length, at).toBeGreaterThan(1);
    }
  });
});

it('a diagnostic is the same in a plan, in an event and in drift', () => {
  const names = ['plan', 'event', 'drift'];
  const [plan, ...others] = names.map(name => readSchema(name)['$defs'] as Schema);
  for (const name of ['diagnostic', 'place', 'path', 'code', 'text', 'instant']) {
    for (const other of others) expect(other[name], name).toEqual(plan?.[name]);
  }
});

/** Whether something that repeats without bound stands inside a group that repeats. */
function isNested(pattern: string): boolean {
  const bare = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  const unbounded = /[*+]|\{\d+,\}/;
  for (let group = /\(([^()]*)\)([*+]|\{\d+,?\d*\})?/.exec(bare), rest = bare; group;) {
    const [whole, inner = '', repeat] = group;
    if (repeat && (unbounded.test(inner) || inner.includes('|'))) return true;
    rest = rest.replace(whole, unbounded.test(inner) || unbounded.test(repeat ?? '') ? 'x+' : 'x');
    group = /\(([^()]*)\)([*+]|\{\d+,?\d*\})?/.exec(rest);
  }
  return false;
}

/** 100 kB each; a matcher that backtracks would not come back before the test ends. */
function attacks(): string[] {
  const units = ['a', '1', '.', '-', 'a.', 'a-', '*.', '/', 'sip:', '@a', 'P1', 'https://', ' '];
  return units.map(unit => unit.repeat(100_000 / unit.length) + '\u0001');
}
