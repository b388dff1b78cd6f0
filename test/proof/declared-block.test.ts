import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alterLiteral } from '../../src/proof/alter.ts';
import { isFault, readDeclared, type Declared } from '../../src/proof/declared-block.ts';
import { scriptOf, type Value } from './bundle.ts';

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

function bytesOf(text: string): Uint8Array {
  return Buffer.concat([BOM, Buffer.from(text.replaceAll('\n', '\r\n'))]);
}

function block(body: string): Uint8Array {
  return bytesOf(`# head\n$Declared = @{\n${body}\n}\n`);
}

function read(bytes: Uint8Array): Declared {
  const reading = readDeclared(bytes);
  if (isFault(reading)) throw new Error(`${reading.line}: ${reading.fault}`);
  return reading;
}

function faultOf(bytes: Uint8Array): string {
  const reading = readDeclared(bytes);
  return isFault(reading) ? `${reading.line}: ${reading.fault}` : 'no fault';
}

describe('what is read', () => {
  it('gives every kind of literal with its path, line and exact bytes', () => {
    const bytes = block(
      "    Format = 1; Least = -7\n    Yes = $true\n    None = $null\n    Name = 'it''s'\n" +
        "    Self = @{ Hosts = @('a', 'b') ; Empty = @() }\n    Table = @{}",
    );
    const { values, literals } = read(bytes);
    expect(JSON.parse(JSON.stringify(values))).toEqual({
      Format: 1,
      Least: -7,
      Yes: true,
      None: null,
      Name: "it's",
      Self: { Hosts: ['a', 'b'], Empty: [] },
      Table: {},
    });
    expect(literals.map(one => `${one.line} ${one.path} ${one.kind}`)).toEqual([
      '3 Format integer',
      '3 Least integer',
      '4 Yes boolean',
      '5 None null',
      '6 Name string',
      '7 Self.Hosts.0 string',
      '7 Self.Hosts.1 string',
    ]);
    const texts = literals.map(({ start, end }) =>
      Buffer.from(bytes.subarray(start, end)).toString(),
    );
    expect(texts).toEqual(['1', '-7', '$true', '$null', "'it''s'", "'a'", "'b'"]);
  });

  it('joins characters beyond ASCII', () => {
    expect(read(block("A = ('Stra' + [char]0x00DF + 'e')")).values['A']).toBe('Straße');
    expect(read(block("A = ('' + [char]0x2019)")).values['A']).toBe('\u2019');
  });

  it('reads tables in lists over several lines', () => {
    const { values } = read(block("R = @(\n  @{ A = 'x' },\n  @{\n    A = 'y'\n  }\n)"));
    expect(JSON.stringify(values)).toBe('{"R":[{"A":"x"},{"A":"y"}]}');
  });

  it('keeps names that objects inherit', () => {
    const { values } = read(block("constructor = 'a'\n__proto__ = 'b'"));
    expect(Object.keys(values)).toEqual(['constructor', '__proto__']);
  });

  it('gives back what was written, whatever it is', () => {
    const text = fc.string({
      unit: fc.integer({ min: 32, max: 126 }).map(c => String.fromCharCode(c)),
    });
    const value = fc.letrec<{ value: Value }>(tie => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer({ min: -0x7fffffff, max: 0x7fffffff }),
        fc.boolean(),
        fc.constant(null),
        fc.array(fc.oneof(text, fc.boolean())),
        fc.dictionary(fc.constantFrom('Alpha', 'Beta', 'Gamma'), tie('value'), {
          noNullPrototype: true,
        }),
      ),
    })).value;
    fc.assert(
      fc.property(value, one => {
        const { values } = read(scriptOf({ One: one }));
        expect(JSON.stringify(values)).toBe(JSON.stringify({ One: one }));
      }),
      { numRuns: 500 },
    );
  });

  it('reads a very long text', () => {
    const long = 'a'.repeat(900_000);
    expect(read(block(`A = '${long}'`)).values['A']).toBe(long);
  });
});

describe('what is a fault, with its line', () => {
  const FAULTS: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['no mark', Buffer.from('$Declared = @{\r\n}\r\n'), /^1: .*byte order mark/],
    ['no block', bytesOf('Get-Item\n'), /^1: .*no line that begins/],
    ['two blocks', bytesOf('$Declared = @{\n}\n$Declared = @{\n}\n'), /^3: a second/],
    [
      'a lone line feed',
      Buffer.concat([BOM, Buffer.from('$Declared = @{\n}')]),
      /^1: .*ASCII nor CRLF/,
    ],
    ['a byte beyond ASCII', block("A = 'Ñ'"), /^3: .*ASCII/],
    ['a double-quoted string', block('A = "x"'), /^3: not a plain literal/],
    ['a variable', block('A = $env:PATH'), /^3: not a plain literal/],
    ['a variable that begins like a word', block('A = $trueish'), /^3: not a plain literal/],
    ['a command', block('A = Get-Item'), /^3: not a plain literal/],
    ['a sub-expression', block("A = $('x')"), /^3: not a plain literal/],
    ['an expression', block("A = ('x' -f 'y')"), /^3: expected "\+" or "\)"/],
    ['a sum outside of brackets', block("A = 'x' + 'y'"), /^3: expected a line end/],
    ['another cast', block('A = ([int]0x0041)'), /^3: expected a string or a \[char\]/],
    ['a here-string', block("A = @'\nx\n'@"), /^3: not a plain literal/],
    ['a comment', block('A = 1 # one'), /^3: expected a line end/],
    ['a comment line', block('# one\nA = 1'), /^3: expected a key/],
    ['a key twice', block('A = 1\na = 2'), /^4: the key a stands twice/],
    ['a string over two lines', block("A = 'x\ny'"), /^3: a string that does not end/],
    ['a string without end', block("A = 'x"), /^3: a string that does not end/],
    ['a list in a list', block("A = @( @('x') )"), /^3: a list directly inside/],
    ['a comma at the end', block("A = @('x',)"), /^3: a comma before/],
    ['a comma first', block("A = @('x'\n, 'y')"), /^4: not a plain literal/],
    ['a fraction', block('A = 1.5'), /^3: not a plain literal/],
    ['a hexadecimal number', block('A = 0x10'), /^3: not a plain literal/],
    ['a number with a unit', block('A = 1kb'), /^3: not a plain literal/],
    ['a number beyond 32 bits', block('A = 4294967296'), /^3: an integer of more/],
    ['an open table', bytesOf('$Declared = @{\nA = 1\n'), /expected a key/],
    ['text after the block', bytesOf('$Declared = @{\n}; Get-Item\n'), /^2: text after/],
    ['too deep', block(`A = ${'@{ A = '.repeat(40)}1${' }'.repeat(40)}`), /nested more/],
  ];

  it.each(FAULTS)('%s', (_, bytes, expected) => {
    expect(faultOf(bytes)).toMatch(expected);
  });

  it('never throws on any bytes', () => {
    const pieces = fc.constantFrom(
      '$Declared = @{',
      '\r\n',
      "'",
      '(',
      ')',
      '@(',
      '}',
      '=',
      'A',
      ' ',
      '1',
      ',',
      ';',
    );
    fc.assert(
      fc.property(fc.array(pieces), fc.uint8Array(), (some, rest) => {
        readDeclared(Buffer.concat([BOM, Buffer.from(some.join('')), rest]));
        readDeclared(rest);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('altering one literal', () => {
  it('changes its value and no other', () => {
    const bytes = scriptOf({ A: 'ab', B: ['', 'x1', '*.'], C: true, D: 4, E: null, F: "it's" });
    const before = read(bytes).literals;
    before.forEach((literal, index) => {
      const after = read(alterLiteral(bytes, literal)).literals;
      const changed = after.flatMap((one, i) => (one.value === before[i]?.value ? [] : [i]));
      expect(changed).toEqual([index]);
    });
  });
});
