import { describe, expect, it } from 'vitest';
import { compare, type Side } from '../../src/review/compare.ts';

const EDGE = { address: 'edge/a/b', attributes: { level: 'user', keys: ['1'] } };
const SIDE: Side = {
  of: 'plan',
  facts: { name: 'a' },
  resources: [{ address: 'partner/a/b', attributes: { level: 'User' }, actions: ['keep'] }],
  edges: [EDGE],
  files: new Map([
    ['RUNBOOK.md', '0'],
    ['manifest.json', '0'],
  ]),
};

describe('two sides', () => {
  it('that are the same differ in nothing', () => {
    expect(compare(SIDE, { ...SIDE })).toMatchObject({
      different: false,
      facts: [],
      resources: [],
      files: [],
      trust: { reading: 'same' },
    });
  });

  it.each<[string, Partial<Side>]>([
    ['a fact', { facts: { name: 'b' } }],
    ['an attribute', { resources: [{ address: 'partner/a/b', attributes: { level: 'Full' } }] }],
    ['an action', { resources: [{ ...SIDE.resources[0], actions: ['update'] } as never] }],
    ['a resource', { resources: [] }],
    ['an edge', { edges: [] }],
    ['a key of an edge', { edges: [{ ...EDGE, attributes: { level: 'user', keys: ['2'] } }] }],
    ['a file', { files: new Map() }],
  ])('differ by %s, forth and back', (_, other) => {
    expect(compare(SIDE, { ...SIDE, ...other }).different).toBe(true);
    expect(compare({ ...SIDE, ...other }, SIDE).different).toBe(true);
  });

  it('are not said to differ by the manifest, which follows the files', () => {
    const files = new Map([...SIDE.files, ['manifest.json', '1']]);
    expect(compare(SIDE, { ...SIDE, files }).different).toBe(false);
  });

  it('widen and narrow by the direction in which they are compared', () => {
    const wide = { ...SIDE, edges: [{ ...EDGE, attributes: { level: 'full', keys: ['1'] } }] };
    expect(compare(SIDE, wide).trust.reading).toBe('widens');
    expect(compare(wide, SIDE).trust.reading).toBe('narrows');
  });
});
