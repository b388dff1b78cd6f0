import { describe, expect, it } from 'vitest';
import { check, codesIn, file } from '../support/check.ts';

/** Shapes that keep the library's parser busy for seconds to hours at a few hundred levels. */
const SHAPES: Readonly<Record<string, (levels: number) => string>> = {
  'nested long keys': levels => '? '.repeat(levels) + 'x',
  'open maps': levels => '{'.repeat(levels),
  'open lists': levels => '['.repeat(levels),
  'lists as keys': levels => '['.repeat(levels) + ']: 1'.repeat(levels),
  'maps as keys': levels => '{'.repeat(levels) + '}: 1'.repeat(levels),
  'closed lists': levels => '['.repeat(levels) + ']'.repeat(levels),
  'closed maps': levels => '{a: '.repeat(levels) + '1' + '}'.repeat(levels),
  'lists on one line': levels => '- '.repeat(levels) + 'x',
  'maps in lists': levels => '[{a: '.repeat(levels) + '}]'.repeat(levels),
  'empty keys': levels => ': '.repeat(levels) + 'x',
  'long keys in brackets': levels => '{? '.repeat(levels),
};
const NAMED = /^yaml\/(too-deep|explicit-key|key-not-text|open-bracket|indentation|syntax)$/;

const nestedMaps = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}k:`).join('\n') + ' x\n';

describe('depth', () => {
  it.each(Object.entries(SHAPES))('%s are refused by name, however many levels', (_, shape) => {
    for (const levels of [33, 200, 400, 5_000, 100_000]) {
      const codes = codesIn(shape(levels));
      expect(codes.filter(code => !NAMED.test(code))).toEqual([]);
      expect(codes.length).toBeGreaterThan(0);
    }
  });

  it('yaml/too-deep: 33 nested maps are one too many, 32 are not', () => {
    expect(codesIn(nestedMaps(33))).toEqual(['yaml/too-deep']);
    expect(codesIn(nestedMaps(32))).not.toContain('yaml/too-deep');
    expect(codesIn('['.repeat(33) + ']'.repeat(33))).toEqual(['yaml/too-deep']);
    expect(codesIn(`${'['.repeat(32)}1${']'.repeat(32)}`)).toEqual(['topology/not-a-map']);
  });

  it('names the shapes known to freeze, each by its own code', () => {
    expect(codesIn('? '.repeat(400) + 'x')).toContain('yaml/explicit-key');
    expect(codesIn('{'.repeat(400))).toContain('yaml/too-deep');
    expect(codesIn('['.repeat(200) + ']: 1'.repeat(200))).toContain('yaml/key-not-text');
  });

  it('reads a map of 40,000 keys', () => {
    const realms = Array.from({ length: 40_000 }, (_, i) => `  r${i}: { id: x }\n`).join('');
    const [first] = check([file(`realms:\n${realms}`)]);
    expect(first?.code).toBe('shape/missing-key');
  });

  it('survives its own limits: many lines, one long line, many faults', () => {
    expect(codesIn('# x\n'.repeat(300_000))).toEqual(['topology/empty']);
    expect(codesIn(`a: "${'x'.repeat(5_000_000)}"`)).toContain('shape/missing-key');
    expect(check([file('&a '.repeat(50_000))])).toHaveLength(3);
    expect(check([file('---\n'.repeat(50_000))])).toHaveLength(1);
  });
});
