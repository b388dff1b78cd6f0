import { describe, expect, it } from 'vitest';
import { TEMPLATES } from '../../src/generated/templates.ts';
import { templateLanguage } from '../../src/render/template.ts';

const fill = (source: string, values: object = {}): string =>
  templateLanguage({ 'main.liquid': source, 'part.liquid': 'part {{ it | string }}' })(
    'main',
    values,
  );

describe('the language', () => {
  it('prints what passed a typed filter', () => {
    const source =
      '{{ a | string }} {{ b | boolean }} {{ c | integer }} {{ d | optional }} {{ e | list }}';
    const values = { a: "it's", b: true, c: 3, d: null, e: ['x'] };
    expect(fill(source, values)).toBe("'it''s' $true 3 $null @('x')");
  });

  it('knows if, for and render', () => {
    const source =
      '{% if on %}{% for x in list %}{{ x | string }}{% endfor %}{% endif %}' +
      '{% render "part", it: one %}';
    expect(fill(source, { on: true, list: ['a', 'b'], one: 'c' })).toBe("'a''b'part 'c'");
  });

  it.each([
    ['{{ a }}', 'typed filter'],
    ['{{ a | upcase }}', 'typed filter'],
    ['{{ a | string | upcase }}', 'typed filter'],
    ['{{ a | raw }}', 'raw'],
    ['{{ a | string | raw }}', 'raw'],
    ['{{ missing | string }}', 'undefined variable'],
    ['{{ a | unknown }}', 'undefined filter'],
    ['{{ n | string }}', 'not a text'],
    ['{{ a | integer }}', 'not an integer'],
    ['{{ a | boolean }}', 'not a boolean'],
    ['{{ a.constructor | string }}', 'undefined variable'],
    ['{% render "../secret" %}', 'ENOENT'],
    ['{% render "elsewhere" %}', 'ENOENT'],
  ])('refuses %s', (source, reason) => {
    expect(() => fill(source, { a: 'text', n: 5 })).toThrow(reason);
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
    '%s has holes nowhere but in the literal block',
    (path, source) => {
      if (path === 'powershell/declared.liquid') {
        expect(source).toMatch(/^\$Declared = @\{\n(?: {4}.*\n|\{%-.*%\}\n)+\}\n$/);
        return;
      }
      expect(source).not.toContain('{{');
    },
  );

  it.each(scripts)('%s declares itself before anything else runs', (_, source) => {
    const lines = source.split('\n').filter(line => line !== '' && !line.startsWith('#'));
    const first = lines.findIndex(line => line.startsWith("{% render 'powershell/declared'"));
    const before = lines.slice(0, first).join('\n');
    const attribute = '\\[CmdletBinding\\([^\\n]*\\)\\]\\n';
    const brought = "\\{% render 'powershell/certificate-parameters'.*%\\}";
    expect(before).toMatch(new RegExp(`^${attribute}(?:param\\([\\s\\S]*\\)|${brought})$`));
  });

  it.each(scripts)('%s asks for no more than Windows PowerShell 3.0', (_, source) => {
    expect(source).toMatch(/^#requires -Version 3\.0\n/);
  });
});
