import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CODES } from '../../src/generated/codes.ts';
import { isError } from '../../src/kernel/report.ts';
import { base, check, codesIn, edit, file } from '../support/check.ts';

const ROOT = new URL('../../', import.meta.url);
const FOLDER = new URL('templates/diagnostics/', ROOT);

interface Edit {
  readonly from: string;
  readonly to: string;
}

interface Entry {
  readonly rule?: string;
  readonly severity: string;
  readonly summary: string;
  readonly story: string;
  readonly source: string;
  readonly example: Partial<Edit> & {
    readonly base?: string;
    readonly test?: string;
    readonly also?: readonly Edit[];
    readonly fixed?: Edit;
  };
}

const areas = readdirSync(FOLDER).filter(name => name.endsWith('.yaml'));
const entries = areas.flatMap(name => {
  const area = parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Record<string, Entry>;
  return Object.entries(area).map(([code, entry]) => ({ code, entry, area: name.slice(0, -5) }));
});
const executable = entries.filter(({ entry }) => entry.example.base !== undefined);
const tested = entries.filter(({ entry }) => entry.example.base === undefined);

const FIELDS = new Set([
  'rule',
  'severity',
  'waivable',
  'seen',
  'summary',
  'story',
  'source',
  'example',
]);
const EXAMPLE_FIELDS = new Set(['base', 'from', 'to', 'also', 'fixed', 'test']);

describe('every entry of the catalogue', () => {
  it.each(entries)('$code is written in the house style', ({ code, entry, area }) => {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(code.split('/')[0]).toBe(area);
    expect(Object.keys(entry).filter(key => !FIELDS.has(key))).toEqual([]);
    expect(Object.keys(entry.example).filter(key => !EXAMPLE_FIELDS.has(key))).toEqual([]);
    expect(entry.severity).toMatch(/^(error|warning|info)$/);
    if (entry.rule !== undefined) expect(entry.rule).toMatch(/^R\d{2,3}$/);
    expect(entry.source).toMatch(/^\S/);
  });

  it.each(entries)('$code has a summary of few words and a story of sentences', ({ entry }) => {
    expect(entry.summary).toMatch(/^[A-Z]/);
    expect(entry.summary).not.toMatch(/[.!?]$/);
    expect(entry.summary.length).toBeLessThanOrEqual(100);
    expect(entry.story.trim()).toMatch(/[.)]$/);
    expect(entry.story).not.toMatch(/!(\s|$)/);
  });

  it('is in the generated table, and nothing else is', () => {
    expect(Object.keys(CODES)).toEqual(entries.map(({ code }) => code).sort());
  });
});

describe('every code has a failing example and a passing one', () => {
  it.each(executable)('$code is shown by its example', ({ code, entry }) => {
    const { base: name = '', from = '', to = '', also = [], fixed } = entry.example;
    const failing = [{ from, to }, ...also].reduce(
      (text, one) => edit(text, one.from, one.to),
      base(name),
    );
    expect(codesIn(base(name))).not.toContain(code);
    expect(codesIn(failing)).toContain(code);
    if (fixed) expect(codesIn(edit(failing, fixed.from, fixed.to))).not.toContain(code);
  });

  it.each(tested)('$code is held by the test it names', ({ code, entry }) => {
    const path = new URL(entry.example.test ?? '', ROOT);
    expect(entry.example.test).toMatch(/^test\/.*\.test\.ts$/);
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(code);
  });

  it.each(readdirSync(new URL('base/', FOLDER)))('base %s has no error', name => {
    expect(check([file(base(name))]).filter(isError)).toEqual([]);
  });
});
