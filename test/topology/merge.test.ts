import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/kernel/canonical.ts';
import type { Fault } from '../../src/topology/fault.ts';
import { createSource } from '../../src/topology/lines.ts';
import { createLocate, writtenText } from '../../src/topology/locate.ts';
import { merge } from '../../src/topology/merge.ts';
import { parse, type Tree } from '../../src/topology/parse.ts';
import { readTopology } from '../../src/topology/read.ts';
import { base, check, edit, file } from '../support/check.ts';

const HEAD = 'apiVersion: concordat/v1\n';

function trees(...texts: readonly string[]): Tree[] {
  return texts.map((text, index) => {
    const parsing = parse(createSource(`${String.fromCharCode(97 + index)}.yaml`, text));
    if (!('tree' in parsing)) throw new Error(JSON.stringify(parsing.faults));
    return parsing.tree;
  });
}

const shown = ({ code, place, related = [] }: Fault): string =>
  [
    code,
    `${place?.file}:${place?.line}:${place?.column}`,
    ...related.map(one =>
      'place' in one ? `${one.place.file}:${one.place.line}:${one.place.column}` : '',
    ),
  ].join(' ');

const faults = (...texts: readonly string[]): string[] => merge(trees(...texts)).faults.map(shown);

describe('several files make one topology', () => {
  it('maps merge by key, lists join, in the order of the files', () => {
    const { value, faults: wrong } = merge(
      trees(
        `${HEAD}realms: { a: { x: 1 } }\npartners: [p]\n`,
        `${HEAD}realms: { b: 2, a: { y: 3 } }\npartners: [q]\n`,
      ),
    );
    expect(wrong).toEqual([]);
    expect(canonical(value)).toBe(
      '{"apiVersion":"concordat/v1","partners":["p","q"],"realms":{"a":{"x":1,"y":3},"b":2}}',
    );
  });

  it('topology/written-twice: a single value stands in one file, also where both are equal', () => {
    const two = [`${HEAD}name: a\n`, `${HEAD}x: 1\nname: a\n`] as const;
    expect(faults(...two)).toEqual(['topology/written-twice b.yaml:3:1 a.yaml:2:1']);
    expect(faults(two[0], `${HEAD}x: 1\n`)).toEqual([]);
  });

  it('topology/kind-differs: a key has the same kind of value in every file', () => {
    expect(faults(`${HEAD}x: [1]\n`, `${HEAD}x: { a: 1 }\n`)).toEqual([
      'topology/kind-differs b.yaml:2:1 a.yaml:2:1',
    ]);
    expect(faults(`${HEAD}x: [1]\n`, `${HEAD}x: [2]\n`)).toEqual([]);
  });

  it('topology/entry-twice: names both places, whatever the order of keys', () => {
    const wrong = faults(
      `${HEAD}partners:\n  - { a: 1, b: 2 }\n`,
      `${HEAD}partners:\n  - { c: 1 }\n  - { b: 2, a: 1 }\n`,
    );
    expect(wrong).toEqual(['topology/entry-twice b.yaml:4:5 a.yaml:3:5']);
  });

  it('yaml/alike-keys: is found across files too', () => {
    expect(faults(`${HEAD}r: { Legal: 1 }\n`, `${HEAD}r: { legal: 2 }\n`)).toEqual([
      'yaml/alike-keys b.yaml:2:6 a.yaml:2:6',
    ]);
  });

  it('topology/version-missing and topology/versions-differ: every file states the same', () => {
    expect(faults(HEAD, 'x: 1\n')).toEqual(['topology/version-missing b.yaml:1:1']);
    expect(faults(HEAD, 'apiVersion: concordat/v2\n')).toEqual([
      'topology/versions-differ b.yaml:1:13 a.yaml:1:13',
    ]);
    expect(faults(HEAD, HEAD)).toEqual([]);
  });

  it('topology/empty and topology/not-a-map: files that hold something else', () => {
    expect(faults('# nothing\n')).toEqual(['topology/empty a.yaml:1:1']);
    expect(faults('')).toEqual(['topology/empty a.yaml:1:1']);
    expect(faults('- a\n')).toEqual(['topology/not-a-map a.yaml:1:1']);
    expect(faults('text\n')).toEqual(['topology/not-a-map a.yaml:1:1']);
    expect(faults('a: b\n')).toEqual([]);
  });
});

describe('places in several files', () => {
  const two = trees(
    `${HEAD}realms:\n  a: { x: 15.20.0 }\npartners: [p, q]\n`,
    `${HEAD}realms:\n  b: { y: 'z' }\n  empty:\npartners:\n  - r\n`,
  );
  const locate = createLocate(two);
  const at = (path: readonly (string | number)[], part: 'key' | 'value' = 'value') => {
    const place = locate(path, part);
    return (
      place && `${place.file}:${place.line}:${place.column}-${place.endLine}:${place.endColumn}`
    );
  };

  it('lead to the file where the value stands', () => {
    expect(at(['realms', 'a', 'x'])).toBe('a.yaml:3:11-3:18');
    expect(at(['realms', 'b', 'y'])).toBe('b.yaml:3:11-3:14');
    expect(at(['realms', 'b'], 'key')).toBe('b.yaml:3:3-3:4');
    expect(at(['partners', 1])).toBe('a.yaml:4:15-4:16');
    expect(at(['partners', 2])).toBe('b.yaml:6:5-6:6');
  });

  it('of what is not written are those of the nearest thing around it', () => {
    expect(at(['realms', 'b', 'missing', 'deeper'])).toBe('b.yaml:3:3-3:4');
    expect(at(['realms', 'empty'])).toBe('b.yaml:4:3-4:8');
    expect(at(['partners', 9])).toBe('a.yaml:4:1-4:9');
    expect(at(['nowhere'])).toMatch(/^a.yaml:1:1/);
  });

  it('know the text before YAML read it', () => {
    expect(writtenText(two, ['realms', 'a', 'x'])).toBe('15.20.0');
    expect(writtenText(two, ['realms', 'b'])).toBeUndefined();
  });
});

describe('reading a topology from several files', () => {
  const whole = base('lync-exchange');
  const [head = '', tail = ''] = edit(whole, 'partners:\n', '%%%partners:\n').split('%%%');
  const parts = [file(HEAD + tail, 'topology/b.yaml'), file(head, 'topology/a.yaml')];

  it('gives the same topology as from one file, in whatever order they come', () => {
    const { topology } = readTopology([file(whole)]);
    expect(topology?.partners).toHaveLength(2);
    expect(readTopology(parts).topology).toEqual(topology);
    expect(readTopology([...parts].reverse()).topology).toEqual(topology);
  });

  it('lists the digests in path order', () => {
    expect(readTopology(parts).digests.map(one => one.file)).toEqual([
      'topology/a.yaml',
      'topology/b.yaml',
    ]);
  });

  it('reports the faults of all files at once, in source order', () => {
    const wrong = check([file('b: &x 1\n', 'b.yaml'), file('a: !t 1\na: *y\n', 'a.yaml')]);
    expect(wrong.map(({ code, place }) => `${place?.file}:${place?.line} ${code}`)).toEqual([
      'a.yaml:1 yaml/tag',
      'a.yaml:2 yaml/alias',
      'b.yaml:1 yaml/anchor',
    ]);
  });
});
