import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeclared, isFault } from '../../src/proof/declared-block.ts';
import { psLiteral, psString, psDeclaration, scriptBytes } from '../../src/render/escape.ts';
import type { Literal, LiteralTable } from '../../src/render/escape.ts';

/** What the prover's own reader, which shares no code with the writer, makes of a literal. */
function readBack(value: Literal): unknown {
  const read = readDeclared(scriptBytes(`$Declared = @{\n    Value = ${psLiteral(value, 4)}\n}\n`));
  if (isFault(read)) throw new Error(`line ${read.line}: ${read.fault}`);
  return JSON.parse(JSON.stringify(read.values['Value']));
}

const printable = fc
  .string({ unit: 'binary' })
  .filter(text => !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text));

describe('texts', () => {
  it.each([
    ['plain', "'plain'"],
    ['', "''"],
    ["it's", "'it''s'"],
    ['Stra\u00dfe', "('Stra' + [char]0x00DF + 'e')"],
    ['\u00d1u', "('' + [char]0x00D1 + 'u')"],
    ['\u{1f600}', "('' + [char]0xD83D + [char]0xDE00)"],
    ['$(calc) `n "x"', '\'$(calc) `n "x"\''],
  ])('%s becomes %s', (text, written) => {
    expect(psString(text)).toBe(written);
  });

  it.each(['\u2018', '\u2019', '\u201a', '\u201b'])(
    'a quotation mark that the engine takes for its own (%s) is never written as itself',
    mark => {
      expect(psString(`O${mark}; Remove-Everything; ${mark}`)).toMatch(/^[\x20-\x7e]+$/);
      expect(readBack(`O${mark}; x`)).toBe(`O${mark}; x`);
    },
  );

  it('come back from the reader as they went in, whatever they are', () => {
    const comesBack = fc.property(printable, text => {
      expect(readBack(text)).toBe(text);
    });
    fc.assert(comesBack, { numRuns: 2000 });
  });

  it.each(['\0', 'a\nb', '\r', '\u0085', '\u2028', '\u2029', '\u007f'])(
    'with a control character are refused: %j',
    text => {
      expect(() => psString(text)).toThrow('control character');
    },
  );
});

describe('other values', () => {
  it('have one form each', () => {
    expect([true, false, -7, null].map(value => psLiteral(value))).toEqual([
      '$true',
      '$false',
      '-7',
      '$null',
    ]);
  });

  it.each([1.5, NaN, Infinity, 2 ** 31])('refuse %d as an integer', value => {
    expect(() => psLiteral(value)).toThrow('not an integer');
  });

  it('lists and tables come back in order, on one line or on many', () => {
    const long = Array.from({ length: 12 }, (_, index) => `server-${index}.litwareinc.com`);
    const value: LiteralTable = {
      Names: long,
      None: [],
      Few: ['a', "b'c"],
      Inner: [{ Name: 'Legal', Internal: true, External: false, Days: 3, Why: null }],
    };
    expect(readBack(value)).toEqual(value);
    expect(psLiteral(['a', 'b'])).toBe("@('a', 'b')");
    expect(psLiteral({})).toBe('@{}');
  });

  it('refuse a member name that is not one of ours', () => {
    const table = { "x'; calc": 'y' };
    expect(() => psLiteral(table)).toThrow('not a member name');
    expect(() => psDeclaration(table)).toThrow('not a member name');
  });
});

describe('a script', () => {
  it('is a mark, ASCII and CRLF', () => {
    const bytes = scriptBytes('a\n\n\n\nb');
    expect([...bytes]).toEqual([0xef, 0xbb, 0xbf, ...Buffer.from('a\r\n\r\nb\r\n')]);
  });

  it('that is not ASCII is a bug of its template', () => {
    expect(() => scriptBytes('# \u2013')).toThrow('must be ASCII');
  });
});
