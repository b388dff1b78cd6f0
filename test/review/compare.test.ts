import { describe, expect, it } from 'vitest';
import { compare, type Side, type SideResource } from '../../src/review/compare.ts';

const EDGE = { address: 'edge/a/b', attributes: { level: 'user', keys: ['1'] } };
const PARTNER: SideResource = {
  address: 'partner/a/b',
  attributes: { level: 'User' },
  protect: null,
  actions: ['keep'],
};
const SIDE: Side = {
  of: 'plan',
  facts: { name: 'a' },
  resources: [PARTNER],
  edges: [EDGE],
  files: new Map([
    ['RUNBOOK.md', '0'],
    ['manifest.json', '0'],
  ]),
  moved: [],
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
    ['an attribute', { resources: [{ ...PARTNER, attributes: { level: 'Full' } }] }],
    ['an action', { resources: [{ ...PARTNER, actions: ['update'] }] }],
    ['a protection', { resources: [{ ...PARTNER, protect: true }] }],
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

  it('are read under the names of the later one, which has the last word on them', () => {
    const later = { ...SIDE, moved: [{ from: 'c', to: 'a' }] };
    const former = {
      ...SIDE,
      resources: [{ ...PARTNER, address: 'partner/c/b' }],
      edges: [{ ...EDGE, address: 'edge/c/b' }],
    };
    const { resources, trust } = compare(former, later);
    expect(trust).toMatchObject({ reading: 'same', edges: [{ address: 'edge/a/b' }] });
    expect(resources).toMatchObject([
      { address: 'partner/a/b', previous_address: 'partner/c/b', difference: 'moved' },
    ]);
    expect(compare(later, former).trust.reading).toBe('widens');
  });

  it('keep a thing apart from one that has its new name already', () => {
    const twins = [PARTNER, { ...PARTNER, address: 'partner/c/b' }];
    const { resources } = compare(
      { ...SIDE, resources: twins },
      { ...SIDE, moved: [{ from: 'c', to: 'a' }] },
    );
    expect(resources).toMatchObject([{ address: 'partner/c/b', difference: 'removed' }]);
  });

  it('tell of a protection that comes or goes with its thing, not that there is none', () => {
    const protectedOne = { ...SIDE, resources: [{ ...PARTNER, protect: true }] };
    const nothing = { ...SIDE, resources: [] };
    expect(compare(protectedOne, nothing).resources[0]?.protect).toEqual({
      before: true,
      after: null,
    });
    expect(compare(nothing, SIDE).resources[0]).not.toHaveProperty('protect');
  });
});
