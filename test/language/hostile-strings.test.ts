import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFault, readDeclared } from '../../src/proof/declared-block.ts';
import { psDeclaration, psString, scriptBytes } from '../../src/render/escape.ts';
import { asRequest, hasEngine, startEngine, type Engine } from '../support/engine.ts';

/** What the engine makes of an expression; the value as UTF-16 code units in base64. */
interface Judgement {
  readonly value?: string;
  readonly fault?: string;
  readonly commands: number;
  readonly strings: number;
}

const require = createRequire(import.meta.url);
const NAUGHTY = JSON.parse(
  readFileSync(require.resolve('big-list-of-naughty-strings/blns.json'), 'utf8'),
) as string[];
const CODE_PAGES = [1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 874, 932, 936, 949, 950];
const QUOTES = ["'", '\u2018', '\u2019', '\u201a', '\u201b'];
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** How many failures a person wants to see. */
const SHOWN = 20;
/** Code units that mean something to the shell, beside any others. */
const TELLING =
  '\'"\u2018\u2019\u201a\u201b\u201c\u201d\u201e`$(){};&|#@,\u2013\u2014\u2015 \u00a0\ufeff\u200f-a1';

const quoted = QUOTES.flatMap(one => [
  one,
  one + one,
  `a${one}b`,
  `x${one}; Remove-Everything #`,
  `${one})} | Remove-Everything; @{a=(${one}`,
  ...QUOTES.map(other => `${one}a${other}`),
]);
/** Every code unit from 0x80 to 0x24ff: every byte that UTF-8 makes of them, and every neighbour. */
const units = Array.from({ length: 0x248 }, (_, row) =>
  Array.from({ length: 16 }, (_, at) => String.fromCharCode(0x80 + row * 16 + at)).join('a'),
);
const random = fc.sample(
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...TELLING), maxLength: 12 }),
    fc.string({
      unit: fc.integer({ min: 0x20, max: 0xffff }).map(unit => String.fromCharCode(unit)),
    }),
    fc.string({ unit: 'binary', maxLength: 20 }),
  ),
  { numRuns: 3000, seed: 4711 },
);
const hostile = [...new Set([...NAUGHTY, ...quoted, ...units, ...random])];
const harmless = hostile.filter(text => !CONTROL.test(text));

describe.skipIf(!hasEngine)('a hostile string in a script', () => {
  let engine: Engine;
  beforeAll(() => void (engine = startEngine()));
  afterAll(() => engine.close());

  async function judge(expressions: readonly string[]): Promise<readonly Judgement[]> {
    return engine.request('literals', { items: expressions });
  }

  it('evaluates to exactly itself, and the engine sees nothing but constants', async () => {
    expect(harmless.length).toBeGreaterThan(3_000);
    const judged = await judge(harmless.map(psString));
    const wrong = harmless.filter((text, index) => {
      const { value, commands } = judged[index]!;
      return commands !== 0 || value !== Buffer.from(text, 'utf16le').toString('base64');
    });
    expect(wrong.slice(0, SHOWN).map(text => JSON.stringify(text))).toEqual([]);
  });

  it('is one string constant where it is ASCII', async () => {
    const ascii = harmless.filter(text => /^[\x20-\x7e]*$/.test(text));
    expect(ascii.length).toBeGreaterThan(300);
    const judged = await judge(ascii.map(psString));
    const split = ascii.filter((_, index) => judged[index]!.strings !== 1);
    expect(split.slice(0, SHOWN)).toEqual([]);
  });

  it('is refused where it holds a control character', () => {
    const controlled = hostile.filter(text => CONTROL.test(text));
    expect(controlled.length).toBeGreaterThan(50);
    for (const text of controlled) expect(() => psString(text)).toThrow('a control character');
  });

  it('would run as a command if only the ASCII quote were doubled', async () => {
    const naive = `'${"x\u2019; Remove-Everything #'".replaceAll("'", "''")}'`;
    const [judged] = await judge([naive]);
    expect(judged).toMatchObject({ commands: 1, fault: 'not one expression' });
  });

  it('would break out of a file without a mark, read in the code page of the server', async () => {
    const bytes = Buffer.from("$Declared = @{ City = '\u00d1u\u00f1oa' }\r\n");
    const parse = (codePage: number) =>
      engine.request<{ errors: unknown[] }>('parse', {
        ...asRequest({ name: 'city', bytes }),
        codePage,
      });
    expect((await parse(65001)).errors).toEqual([]);
    expect((await parse(1252)).errors).not.toEqual([]);
  });

  it('stands in a block that the engine and the prover read alike, in every code page', async () => {
    const fields = Object.fromEntries(
      harmless
        .filter(text => !/\p{Surrogate}/u.test(text))
        .map((text, index) => [`Field${index}`, text]),
    );
    for (const part of chunks(Object.entries(fields), 500)) {
      const block = Object.fromEntries(part);
      const bytes = scriptBytes(`$Declared = ${psDeclaration(block)}\n`);
      const script = asRequest({ name: 'block', bytes });
      expect(await engine.request('declared', script)).toEqual(block);
      const read = readDeclared(bytes);
      expect(isFault(read) ? read : { ...read.values }).toEqual(block);
      const streams: Record<string, string> = await engine.request('tokens', {
        ...script,
        codePages: CODE_PAGES,
      });
      expect(Object.keys(streams)).toHaveLength(CODE_PAGES.length);
      expect(new Set(Object.values(streams)).size).toBe(1);
    }
  });
});

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
