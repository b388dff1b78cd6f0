import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, file } from '../support/check.ts';

const root = new URL('../../', import.meta.url);
const examples = ['lync-exchange', 'skype-exchange-se', 'no-features'].map(name =>
  readFileSync(new URL(`examples/${name}/topology.yaml`, root)),
);

/** Fragments that YAML, JSON and terminals give a meaning. */
const FRAGMENTS = [
  ...['{', '}', '[', ']', ': ', '- ', '? ', '&a ', '*a', '!t ', '!!str ', '|', '>', '%YAML 1.1\n'],
  ...['---\n', '...\n', '<<: ', '"', "'", '\\', '\t', '\r', '\n', '\n  ', ',', '#', '`', '@', '~'],
  ...['null', '.inf', '0x1F', '1e400', '__proto__: 1\n', '\u202e', '\u0000', '\ufeff', '\ud83d'],
];

function soundly(bytes: Uint8Array): void {
  for (const { code, place, detail, help } of check([file(bytes)])) {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(detail).not.toBe('');
    expect(help).not.toBe('');
    if (!place) throw new Error(`${code} has no place`);
    expect(place.line).toBeGreaterThan(0);
    expect(place.column).toBeGreaterThan(0);
  }
}

describe('whatever the bytes, reading answers with diagnostics that have places', () => {
  it('random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), soundly), { numRuns: 1000, seed: 1 });
  });

  it('random YAML', () => {
    const text = fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 4 })), {
      maxLength: 40,
    });
    const run = fc.property(text, parts => soundly(new TextEncoder().encode(parts.join(''))));
    fc.assert(run, { numRuns: 2000, seed: 2 });
  });

  it('examples with bytes deleted, flipped and put in', () => {
    const mutation = fc.record({
      example: fc.nat(examples.length - 1),
      at: fc.nat(4000),
      drop: fc.nat(6),
      put: fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 3 })),
      times: fc.integer({ min: 1, max: 3 }),
    });
    const run = fc.property(mutation, ({ example, at, drop, put, times }) => {
      const bytes = examples[example] ?? new Uint8Array();
      const start = at % bytes.length;
      soundly(
        Buffer.concat([
          bytes.subarray(0, start),
          Buffer.from(put.repeat(times)),
          bytes.subarray(start + drop),
        ]),
      );
    });
    fc.assert(run, { numRuns: 1000, seed: 3 });
  });
});
