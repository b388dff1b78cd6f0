import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { diagnose } from '../../src/diagnose/diagnose.ts';
import { ROWS } from '../../src/diagnose/refusal.ts';

interface Known {
  readonly line: string;
  readonly finds: string;
  readonly grade: string;
  readonly source: string;
}

const known = parse(
  readFileSync(new URL('known.yaml', import.meta.url), 'utf8'),
) as readonly Known[];
const NOW = new Date('2030-01-01T00:00:00Z');

describe('headers and lines of logs that were published', () => {
  it('are at least sixty, all different, each with a source and a grade', () => {
    expect(known.length).toBeGreaterThanOrEqual(60);
    expect(new Set(known.map(({ line }) => line)).size).toBe(known.length);
    for (const { grade, source } of known) {
      expect(['vendor', 'documented', 'observed']).toContain(grade);
      expect(source.length).toBeGreaterThan(10);
    }
  });

  it.each(known)('$finds: $line', ({ line, finds }) => {
    const { causes } = diagnose(Buffer.from(line), NOW);
    expect(causes[0]?.id, JSON.stringify(causes, null, 1)).toBe(finds);
  });

  it.each(known)('$finds is found in the whole answer as Windows saves it: $line', one => {
    const wrapped = `HTTP/1.1 401 Unauthorized\r\nServer: web\r\n${one.line}\r\nDate: today\r\n`;
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(wrapped, 'utf16le')]);
    expect(diagnose(bytes, NOW).causes.map(({ id }) => id)).toContain(one.finds);
  });

  it('reach every row that a line can reach', () => {
    const reached = new Set(known.map(({ finds }) => finds));
    const byLines = ROWS.filter(({ matches }) =>
      matches.some(({ kind }) => kind === 'log' || kind === 'x-ms-diagnostics'),
    );
    expect(byLines.filter(({ id }) => !reached.has(id)).map(({ id }) => id)).toEqual([]);
  });
});
