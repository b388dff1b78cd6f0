import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { humanDiagnostics } from '../../../src/cli/views/diagnostics-human.ts';
import { jsonDiagnostics } from '../../../src/cli/views/diagnostics-json.ts';
import type { Diagnostic } from '../../../src/kernel/report.ts';
import { createSource } from '../../../src/topology/lines.ts';

const plain = { colors: createColors(false), width: 80 };

interface Case {
  readonly text: string;
  readonly range: readonly [number, number];
  readonly more?: Partial<Diagnostic>;
  readonly skipped?: number;
}

function given({ text, range, more = {}, skipped = 0 }: Case) {
  const source = createSource('topology.yaml', text, skipped);
  const diagnostic: Diagnostic = {
    code: 'shape/unknown-key',
    severity: 'error',
    summary: 'Unknown key',
    detail: 'found',
    help: 'do',
    place: source.place(...range),
    related: [],
    ...more,
  };
  return { diagnostics: [diagnostic], sources: new Map([['topology.yaml', source]]) };
}

function human(one: Case, style = plain): string[] {
  const { diagnostics, sources } = given(one);
  return humanDiagnostics(diagnostics, sources, style).split('\n');
}

const excerpt = (one: Case, style = plain): string[] => human(one, style).slice(1, 3);

describe('diagnostics for a person', () => {
  it('begin with place, summary and code, and end with the count and the next command', () => {
    const more = {
      rule: 'R03',
      related: [{ place: createSource('a.yaml', 'x').place(0, 1), text: 'first written here' }],
    };
    expect(human({ text: 'a: b\nrelm: c\n', range: [5, 9], more })).toEqual([
      'topology.yaml:2:1: Unknown key [shape/unknown-key]',
      '   2 | relm: c',
      '     | ^^^^',
      '  found',
      '  help: do',
      '  see a.yaml:1:1: first written here',
      '  rule: R03',
      '',
      '1 error; for the whole story: concordat explain shape/unknown-key',
      '',
    ]);
  });

  it('say nothing of nothing', () => {
    expect(humanDiagnostics([], new Map(), plain)).toBe('');
  });

  it('name warnings, infos and what is waived as such, and count them apart', () => {
    const one = { text: 'a: b', range: [0, 1] } as const;
    expect(human({ ...one, more: { severity: 'warning' } })[0]).toBe(
      'topology.yaml:1:1: warning: Unknown key [shape/unknown-key]',
    );
    const waived = human({ ...one, more: { waived: { reason: 'old lab', until: '2030-01-01' } } });
    expect(waived[0]).toContain('waived: Unknown key');
    expect(waived.join('\n')).toContain('waived until 2030-01-01: old lab');
    expect(waived.at(-2)).toMatch(/^1 waived;/);
  });

  it('point at the right column behind tabs, wide and combining characters', () => {
    expect(excerpt({ text: '\ta: b', range: [1, 2] })).toEqual(['   1 |   a: b', '     |   ^']);
    expect(excerpt({ text: '中文: b', range: [4, 5] })).toEqual([
      '   1 | 中文: b',
      '     |       ^',
    ]);
    expect(excerpt({ text: 'e\u0301: b', range: [4, 5] })).toEqual([
      '   1 | e\u0301: b',
      '     |    ^',
    ]);
    expect(excerpt({ text: '😀: b', range: [4, 5] })).toEqual(['   1 | 😀: b', '     |     ^']);
  });

  it('show what a terminal would act on as its code point', () => {
    const [line, carets] = excerpt({ text: 'a\u202eb\u001b[2K', range: [1, 2] });
    expect(line).toBe('   1 | a<U+202E>b<U+001B>[2K');
    expect(carets).toBe('     |  ^^^^^^^^');
    const hostile = human({
      text: 'a',
      range: [0, 1],
      more: { detail: 'x\u001b[31my', help: '\u202e' },
    });
    expect(hostile.join('\n')).not.toMatch(/[\u001b\u202e]/);
  });

  it.each([80, 120, 40])('keep within %i columns, whatever the line', width => {
    const text = `${'x'.repeat(300)}: ${'y'.repeat(300)}`;
    for (const start of [0, 10, 299, 302, 590, 601]) {
      const lines = excerpt(
        { text, range: [start, Math.min(start + 5, 602)] },
        { ...plain, width },
      );
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      expect(lines[1]).toMatch(/\^$/);
    }
    const prose = {
      detail: 'many words '.repeat(30).trim(),
      help: 'more words '.repeat(30).trim(),
    };
    for (const line of human({ text: 'a', range: [0, 1], more: prose }, { ...plain, width }).slice(
      1,
      -3,
    )) {
      expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('mark a value of several lines on its first line, and an empty place by one caret', () => {
    expect(excerpt({ text: 'a:\n  b: 1\n  c: 2\n', range: [5, 16] })).toEqual([
      '   2 |   b: 1',
      '     |   ^^^^',
    ]);
    expect(excerpt({ text: 'a: ', range: [3, 3] })).toEqual(['   1 | a: ', '     |    ^']);
  });

  it('never show what is masked, nor another secret on the same line', () => {
    const text = 'x: { a: hunter2, pin: 4711, relm: y }';
    expect(excerpt({ text, range: [8, 15], more: { masked: true } })).toEqual([
      '   1 | x: { a: ********, pin: ********',
      '     |         ^^^^^^^^',
    ]);
    expect(human({ text, range: [28, 32] }).join('\n')).not.toContain('4711');
    expect(json({ text, range: [8, 15], more: { masked: true } })).not.toMatch(/hunter2|4711/);
    expect(json({ text, range: [28, 32] })).not.toContain('4711');
  });

  it('never break a command, which would be pasted by halves: it gets a line of its own', () => {
    const told = (help: string): string[] => {
      const style = { ...plain, width: 40 };
      return human({ text: 'a', range: [0, 1], more: { help } }, style).slice(4, -3);
    };
    const grant = `--allow-widening=${'0123456789abcdef'.repeat(4)}`;
    expect(told(`when it has been reviewed: concordat apply --plan plan.json ${grant}`)).toEqual([
      '  help: when it has been reviewed:',
      `        concordat apply --plan plan.json ${grant}`,
    ]);
    expect(told('write them with: concordat apply; or prove a saved plan')).toEqual([
      '  help: write them with:',
      '        concordat apply; or prove a',
      '        saved plan',
    ]);
    expect(told('passwords are asked when "concordat keys export" needs them')).toEqual([
      '  help: passwords are asked when',
      '        "concordat keys export" needs',
      '        them',
    ]);
    expect(told('look again: concordat lock list')).toEqual([
      '  help: look again: concordat lock list',
    ]);
    expect(told('use the version of concordat that wrote it')).toEqual([
      '  help: use the version of concordat',
      '        that wrote it',
    ]);
  });

  it('keep lines to copy as they are', () => {
    const lines = human({ text: 'a', range: [0, 1], more: { help: 'add:\n  - { acceptor: a }' } });
    expect(lines).toContain('      - { acceptor: a }');
  });

  it('use colour only to decorate', () => {
    const one: Case = { text: 'relm: c', range: [0, 4] };
    const coloured = human(one, { ...plain, colors: createColors(true) }).join('\n');
    expect(coloured).toContain('\u001b[');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(human(one).join('\n'));
  });
});

function json(one: Case): string {
  const { diagnostics, sources } = given(one);
  return jsonDiagnostics(diagnostics, sources);
}

describe('diagnostics for a program', () => {
  it('have ranges with lines, columns and bytes, and the line they are about', () => {
    const text = 'ü: b\nrelm: c\n';
    expect(JSON.parse(json({ text, range: [5, 9], skipped: 3 }))).toEqual({
      format_version: '1.0',
      valid: false,
      error_count: 1,
      warning_count: 0,
      certificates: [],
      diagnostics: [
        {
          severity: 'error',
          code: 'shape/unknown-key',
          rule: null,
          summary: 'Unknown key',
          detail: 'found',
          help: 'do',
          address: null,
          range: {
            filename: 'topology.yaml',
            start: { line: 2, column: 1, byte: 9 },
            end: { line: 2, column: 5, byte: 13 },
          },
          snippet: {
            context: null,
            code: 'relm: c',
            start_line: 2,
            highlight_start_offset: 0,
            highlight_end_offset: 4,
            values: [],
          },
          related: [],
          waived: null,
        },
      ],
    });
  });

  it('are valid where only warnings and waived errors are left', () => {
    const waived = { waived: { reason: 'old', until: '2030-01-01' } };
    const one = { text: 'a', range: [0, 1] } as const;
    expect(JSON.parse(json({ ...one, more: waived }))).toMatchObject({
      valid: true,
      error_count: 0,
    });
    expect(JSON.parse(json({ ...one, more: { severity: 'warning' } }))).toMatchObject({
      valid: true,
      warning_count: 1,
    });
  });

  it('have no range where there is no place', () => {
    const { diagnostics } = given({ text: '', range: [0, 0] });
    const placeless = diagnostics.map(one => Object.assign({}, one, { place: undefined }));
    expect(JSON.parse(jsonDiagnostics(placeless, new Map()))).toMatchObject({
      diagnostics: [{ range: null, snippet: null }],
    });
  });
});
