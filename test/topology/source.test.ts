import { describe, expect, it } from 'vitest';
import { readSource, MOST_BYTES } from '../../src/topology/source.ts';
import { createSource } from '../../src/topology/lines.ts';
import { base, check, codesIn, file } from '../support/check.ts';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap(part => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)),
  );

const found = (content: Uint8Array) =>
  readSource(file(content)).faults.map(
    ({ code, place }) => `${place?.line}:${place?.column} ${code}`,
  );

describe('bytes that are not a topology', () => {
  it('topology/not-utf8: names the first bad byte by line and column', () => {
    expect(found(bytes('name: litware\n'))).toEqual([]);
    expect(found(bytes('a: b\nname: M', [0xfc], 'nchen\n'))).toEqual(['2:8 topology/not-utf8']);
    expect(found(bytes('a: \u00fc ', [0xc3]))).toEqual(['1:6 topology/not-utf8']);
    expect(found(bytes([0xed, 0xa0, 0x80]))).toEqual(['1:1 topology/not-utf8']);
    expect(found(bytes([0xef, 0xbb, 0xbf], 'a', [0x80]))).toEqual(['1:2 topology/not-utf8']);
    expect(found(bytes([0xc0, 0xaf]))).toEqual(['1:1 topology/not-utf8']);
  });

  it('topology/replacement-character: a loss of before is told from a byte that is bad now', () => {
    expect(found(bytes('a: \ufffd'))).toEqual(['1:4 topology/replacement-character']);
    expect(found(bytes('a: \ufffd', [0xff]))).toEqual(['1:5 topology/not-utf8']);
  });

  it('topology/utf-16: is known by its mark', () => {
    expect(found(bytes([0xff, 0xfe], 'a\0'))).toEqual(['1:1 topology/utf-16']);
    expect(found(bytes([0xfe, 0xff], '\0a'))).toEqual(['1:1 topology/utf-16']);
  });

  it('topology/too-large: a file has at most 16 MiB', () => {
    const blanks = (size: number) => new Uint8Array(size).fill(0x20);
    expect(found(blanks(MOST_BYTES))).toEqual([]);
    expect(found(blanks(MOST_BYTES + 1))).toEqual(['1:1 topology/too-large']);
  });

  it('accepts one byte order mark, at the beginning', () => {
    expect(codesIn(bytes([0xef, 0xbb, 0xbf], base('lync-exchange')))).toEqual(
      codesIn(base('lync-exchange')),
    );
    expect(found(bytes('\ufeff\ufeffa: b'))).toEqual(['1:1 topology/invisible-character']);
    expect(found(bytes('a: \ufeffb'))).toEqual(['1:4 topology/invisible-character']);
  });
});

/** Code points that may not stand in a topology, in ranges. */
const FORBIDDEN: readonly (readonly [number, number, string])[] = [
  [0x00, 0x00, 'null-character'],
  [0x01, 0x08, 'control-character'],
  [0x0b, 0x0c, 'control-character'],
  [0x0d, 0x0d, 'line-separator'],
  [0x0e, 0x1f, 'control-character'],
  [0x7f, 0x84, 'control-character'],
  [0x85, 0x85, 'line-separator'],
  [0x86, 0x9f, 'control-character'],
  [0xad, 0xad, 'invisible-character'],
  [0x61c, 0x61c, 'bidi-character'],
  [0x115f, 0x1160, 'invisible-character'],
  [0x180b, 0x180f, 'invisible-character'],
  [0x200b, 0x200d, 'invisible-character'],
  [0x200e, 0x200f, 'bidi-character'],
  [0x2028, 0x2029, 'line-separator'],
  [0x202a, 0x202e, 'bidi-character'],
  [0x2060, 0x2064, 'invisible-character'],
  [0x2066, 0x2069, 'bidi-character'],
  [0x206a, 0x206f, 'invisible-character'],
  [0x3164, 0x3164, 'invisible-character'],
  [0xfeff, 0xfeff, 'invisible-character'],
  [0xfff9, 0xfffb, 'invisible-character'],
  [0xe0000, 0xe007f, 'invisible-character'],
  [0xe0100, 0xe01ef, 'invisible-character'],
];
const points = FORBIDDEN.flatMap(([first, last, name]) =>
  Array.from({ length: last - first + 1 }, (_, i) => [first + i, `topology/${name}`] as const),
);

describe('characters that a reviewer does not see as they are', () => {
  it.each([
    ['a comment', (sign: string) => `# a${sign}b\na: b\n`],
    ['a value', (sign: string) => `a: b${sign}c\n`],
    ['a key', (sign: string) => `a${sign}b: c\n`],
  ])('are refused in %s, each by the code of its kind', (_, place) => {
    for (const [point, code] of points) {
      const text = place(String.fromCodePoint(point));
      expect([point, ...found(bytes(text)).map(line => line.split(' ')[1])]).toEqual([point, code]);
    }
  });

  it('are refused as escapes in double quotes, where the text is clean', () => {
    for (const [point, code] of points) {
      if (point > 0xffff) continue;
      const escape = `\\u${point.toString(16).padStart(4, '0')}`;
      expect(codesIn(`a: "b${escape}c"\n`)).toEqual([code]);
      expect(codesIn(`"a${escape}": b\n`)).toEqual([code]);
    }
    expect(codesIn('a: "b\\uD83Dc"\n')).toEqual(['topology/lone-surrogate']);
    expect(codesIn('a: "b\\uD83D\\uDE00c"\n')).not.toContain('topology/lone-surrogate');
  });

  it('are named at most 20 times in one file', () => {
    expect(found(bytes('\u200b'.repeat(1000)))).toHaveLength(20);
  });

  it('say which character it is and what to do', () => {
    const [first] = check([file('a: \u200e0123\n')]);
    expect(first?.detail).toBe(
      'U+200E changes the direction of writing, so that a reviewer sees another text than the one here',
    );
    expect(first?.help).toMatch(/^delete it/);
  });
});

describe('characters that may stand there', () => {
  it.each(['\t', '\n', '\r\n', 'ü', '中', '😀', 'é', '\ufe0f', '\u00a0'])('%j', sign => {
    expect(found(bytes(`# a${sign}b\n`))).toEqual([]);
  });
});

describe('places', () => {
  const source = createSource('f.yaml', 'ab\r\ncd\n\nü😀x', 3);

  it('count lines and columns from 1, in UTF-16 units', () => {
    expect(source.place(0, 1)).toEqual({
      file: 'f.yaml',
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 2,
    });
    expect(source.place(4, 7)).toMatchObject({ line: 2, column: 1, endLine: 3, endColumn: 1 });
    expect(source.place(8, 99)).toMatchObject({ line: 4, column: 1 });
    expect(source.offset(4, 4)).toBe(11);
  });

  it('count bytes as the file has them, its mark included', () => {
    expect(source.byte(0)).toBe(3);
    expect(source.byte(8)).toBe(11);
    expect(source.byte(9)).toBe(13);
    expect(source.byte(11)).toBe(17);
  });

  it('know every line without its end', () => {
    expect([1, 2, 3, 4, 5].map(line => source.line(line))).toEqual(['ab', 'cd', '', 'ü😀x', '']);
  });

  it('show no secret', () => {
    const shown = createSource(
      'f',
      'x: { password: hunter2, relm: y }\n"pfxPassword" : hunter2\nname: y',
    );
    expect(shown.line(1)).toBe('x: { password: ********');
    expect(shown.line(2)).not.toContain('hunter2');
    expect(shown.line(3)).toBe('name: y');
    const url = createSource('f', 'metadataUrl: https://me:hunter2@host/x');
    expect(url.line(1)).toBe('metadataUrl: https:********');
  });
});
