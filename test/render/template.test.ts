import { describe, expect, it } from 'vitest';
import { TEMPLATES } from '../../src/generated/templates.ts';
import { templateLanguage } from '../../src/render/template.ts';

const fill = (source: string, values: object = {}): string =>
  templateLanguage({ 'main.liquid': source, 'part.liquid': 'part {{ it | declaration }}' })(
    'main',
    values,
  );

describe('the language', () => {
  it('prints what passed its filter', () => {
    const values = { A: "it's", B: true, C: 3, D: null, E: ['x'], F: { G: 'y' } };
    expect(fill('{{ it | declaration }}', { it: values })).toBe(
      [
        '@{',
        "    A           = 'it''s'",
        '    B           = $true',
        '    C           = 3',
        '    D           = $null',
        "    E           = @('x')",
        "    F           = @{ G = 'y' }",
        '}',
      ].join('\n'),
    );
  });

  it('knows if, for and render', () => {
    const source =
      '{% if on %}{% for x in list %}{{ x | declaration }}{% endfor %}{% endif %}' +
      '{% render "part", it: one %}';
    const values = { on: true, list: [{}, {}], one: {} };
    expect(fill(source, values)).toBe('@{\n}@{\n}part @{\n}');
  });

  it.each([
    ['{{ a }}', 'without its filter'],
    ['{{ a | upcase }}', 'without its filter'],
    ['{{ it | declaration | upcase }}', 'without its filter'],
    ['{{ a | raw }}', 'raw'],
    ['{{ it | declaration | raw }}', 'raw'],
    ['{{ missing | declaration }}', 'undefined variable'],
    ['{{ a | unknown }}', 'undefined filter'],
    ['{{ a | declaration }}', 'not a member name'],
    ['{{ n | declaration }}', 'not an integer'],
    ['{{ a.constructor | declaration }}', 'undefined variable'],
    ['{% render "../secret" %}', 'ENOENT'],
    ['{% render "elsewhere" %}', 'ENOENT'],
  ])('refuses %s', (source, reason) => {
    expect(() => fill(source, { a: 'text', n: { N: 0.5 }, it: {} })).toThrow(reason);
  });
});

describe('every template of a script', () => {
  const scripts = Object.entries(TEMPLATES).filter(([, source]) => source.startsWith('#requires'));

  it('there are some', () => expect(scripts.length).toBeGreaterThan(20));

  it.each(Object.entries(TEMPLATES).filter(([path]) => !path.startsWith('init/')))(
    '%s uses if, for and render only',
    (_, source) => {
      const tags = [...source.matchAll(/\{%-?\s*(\w+)/g)].map(([, tag]) => tag);
      const allowed = ['if', 'elsif', 'else', 'endif', 'for', 'endfor', 'render'];
      expect(tags.filter(tag => !allowed.includes(tag ?? ''))).toEqual([]);
    },
  );

  it.each(Object.entries(TEMPLATES).filter(([path]) => !path.startsWith('init/')))(
    '%s has no hole, or one: what a script declares',
    (_, source) => {
      const holes = source.split('\n').filter(line => line.includes('{{'));
      const isScript = source.startsWith('#requires');
      expect(holes).toEqual(isScript ? ['$Declared = {{ declared | declaration }}'] : []);
    },
  );

  it.each(scripts)('%s declares itself before anything else runs', (_, source) => {
    const lines = source.split('\n').filter(line => line !== '' && !line.startsWith('#'));
    const first = lines.findIndex(line => line.startsWith('$Declared = '));
    const before = lines.slice(0, first).join('\n');
    const attribute = '\\[CmdletBinding\\([^\\n]*\\)\\]\\n';
    const brought = "\\{% render 'powershell/certificate-parameters'.*%\\}";
    expect(before).toMatch(new RegExp(`^${attribute}(?:param\\([\\s\\S]*\\)|${brought})$`));
  });

  it.each(scripts)('%s asks for no more than Windows PowerShell 3.0', (_, source) => {
    expect(source).toMatch(/^#requires -Version 3\.0\n/);
  });
});
