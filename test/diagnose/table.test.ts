import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { collectorsFor } from '../../src/products/collectors.ts';
import { ROWS } from '../../src/diagnose/refusal.ts';
import { FORGERIES } from '../../src/proof/forgeries.ts';
import { RULES } from '../../src/proof/report.ts';

const NOW = new Date('2030-01-01T00:00:00Z');
const page = readFileSync(new URL('../../docs/diagnose.md', import.meta.url), 'utf8');
const proved = ROWS.flatMap(({ id, proves }) =>
  proves.flatMap(({ rule, cases }) => cases.map(name => ({ id, rule, name }))),
);

describe('the table of known refusals', () => {
  it('has a row for every rule of the prover', () => {
    const rules = new Set(ROWS.flatMap(({ proves }) => proves.map(({ rule }) => rule)));
    expect([...rules].sort()).toEqual(Object.keys(RULES).sort());
  });

  it.each(FORGERIES)('has one row for the forgery "$case", under its rule', one => {
    const rows = proved.filter(({ name }) => name === one.case);
    expect(rows.map(({ rule }) => rule)).toEqual([one.rule]);
  });

  it('names no forgery that the prover does not make', () => {
    const made = new Set(FORGERIES.map(one => one.case));
    expect(proved.filter(({ name }) => !made.has(name))).toEqual([]);
  });

  it.each(Object.keys(RULES))('finds the rows of %s in what `concordat prove` prints', rule => {
    const line = `lync refuses the token "application" of exchange by ${rule}: it is not so`;
    const found = diagnose(Buffer.from(line), NOW).causes.map(({ id }) => id);
    const expected = ROWS.filter(({ proves }) => proves.some(one => one.rule === rule));
    expect(found).toEqual(expected.map(({ id }) => id));
    expect(found.length).toBeGreaterThan(0);
  });

  it('says of every row what confirms and what mends it, in whole sentences', () => {
    for (const { id, title, cause, confirm, mend } of ROWS) {
      expect(id).toMatch(/^[a-z][a-z-]*$/);
      expect(title, id).toMatch(/^[A-Z].*[^.]$/);
      expect(title.length, id).toBeLessThanOrEqual(75);
      expect(cause, id).toMatch(/[.)]$/);
      for (const text of [...mend, ...confirm.map(one => one.text)]) {
        expect(text, id).toMatch(/^\S.{8,}/);
      }
    }
  });

  it('lets evidence judge only what a collector reads', () => {
    const read = collectorsFor().flatMap(({ commands }) =>
      commands.flatMap(({ command, properties }) => properties.map(one => `${command} ${one}`)),
    );
    const judged = ROWS.flatMap(({ confirm }) => confirm).filter(({ check }) => check);
    expect(judged.length).toBeGreaterThan(15);
    for (const { command, property, check } of judged) {
      const [name = ''] = command?.split(' ') ?? [];
      for (const one of [property ?? '', ...Object.keys(check?.of ?? {})]) {
        expect(read).toContain(`${name} ${one}`);
      }
    }
  });

  it('has vendor pages for most of it', () => {
    const vendor = ROWS.filter(({ source }) => source.grade === 'vendor');
    expect(vendor.length / ROWS.length).toBeGreaterThan(0.5);
  });

  it('stands in docs/diagnose.md, row by row', () => {
    const rows = ROWS.map(
      ({ id, title, proves, source }) =>
        `| \`${id}\` | ${title} | ${proves.map(({ rule }) => rule).join(', ')} | ${source.grade} |`,
    );
    const written = page.split('\n').filter(line => line.startsWith('| `'));
    expect(written).toEqual(rows);
  });
});

describe('hostile inputs', () => {
  const units = ['a', '"', '\\', ';', '1;a="', 'Bearer a="', 'ey', 'eyJ.', '2000003;', ', ', '= '];
  const more = ['The ', 'AADSTS50012 ', 'by V9: ', '(401) ', 'www-authenticate: ', '\u0130', '+'];

  it.each([...units, ...more])('100 kB of %j are done in a moment', unit => {
    const input = Buffer.from('Bearer a="b"' + unit.repeat(Math.ceil(100_000 / unit.length)));
    diagnose(input, NOW);
    const started = performance.now();
    diagnose(input, NOW);
    // A matcher that backtracks would take minutes.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
