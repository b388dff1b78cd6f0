import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readCatalog } from '../../src/products/registry.ts';
import { CODES } from '../../src/generated/codes.ts';
import { codesOf, edited } from './rehearse.ts';

interface Edit {
  readonly from: string;
  readonly to: string;
}

interface Example extends Partial<Edit> {
  readonly base?: string;
  readonly test?: string;
  readonly also?: readonly Edit[];
}

/** The areas of the catalogue that rules report in. */
const AREAS = [
  ...['realm', 'deployment', 'partner', 'issuer', 'certificate', 'scenario', 'feature', 'secret'],
  ...['waiver', 'settings', 'product'],
];

const diagnostics = new URL('../../templates/diagnostics/', import.meta.url);

function entriesOf(area: string): [string, { readonly example: Example }][] {
  const text = readFileSync(new URL(`${area}.yaml`, diagnostics), 'utf8');
  return Object.entries(parse(text) as Record<string, { readonly example: Example }>);
}

const own = AREAS.flatMap(entriesOf);
const executable = own.filter(([, { example }]) => example.base !== undefined);
const bases = readdirSync(new URL('base/', diagnostics));

describe('every code of the rules has an example that shows it', () => {
  it.each(executable)('%s', (code, { example }) => {
    const { base = '', from = '', to = '', also = [] } = example;
    const edits = [{ from, to }, ...also].map(edit => [edit.from, edit.to] as const);
    expect(codesOf(edited(base))).not.toContain(code);
    expect(codesOf(edited(base, ...edits))).toContain(code);
  });

  it('or names a test that holds it', () => {
    for (const [code, { example }] of own) {
      if (example.base !== undefined) continue;
      const file = new URL(`../../${example.test ?? ''}`, import.meta.url);
      expect(readFileSync(file, 'utf8'), code).toContain(code);
    }
  });
});

describe('bases of the examples', () => {
  it.each(bases)('%s has no error', base => {
    const errors = codesOf(edited(base)).filter(
      code => CODES[code as keyof typeof CODES].severity === 'error',
    );
    expect(errors).toEqual([]);
  });
});

it('codes that product files name are in the catalogue', () => {
  for (const { shapes } of readCatalog().products.values()) {
    for (const { code } of shapes) expect(Object.keys(CODES)).toContain(code);
  }
});
