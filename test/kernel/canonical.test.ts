import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, digest, sha256 } from '../../src/kernel/canonical.ts';
import type { Json } from '../../src/kernel/json.ts';

const values = fc.jsonValue({ maxDepth: 4 }).map(value => value as Json);

describe('canonical JSON', () => {
  it('is the same value, whatever stands in it', () => {
    fc.assert(
      fc.property(values, value => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('sorts keys by code units, numbers and all', () => {
    const value = { b: 1, '10': 2, '9': 3, é: 4, Z: [{ y: null, x: '"\\\n' }] };
    expect(canonical(value)).toBe('{"10":2,"9":3,"Z":[{"x":"\\"\\\\\\n","y":null}],"b":1,"é":4}');
  });

  it('is digested in pieces as if it were one text', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ index, text: 'x'.repeat(9) }));
    expect(digest({ many, none: [], empty: {} })).toBe(
      sha256(canonical({ many, none: [], empty: {} })),
    );
    fc.assert(
      fc.property(values, value => {
        expect(digest(value)).toBe(sha256(canonical(value)));
      }),
    );
  });
});
