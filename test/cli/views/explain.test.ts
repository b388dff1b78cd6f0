import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { explainCode, listCodes } from '../../../src/cli/views/explain.ts';
import { EXPLANATIONS } from '../../../src/generated/explanations.ts';
import { Refusal } from '../../../src/kernel/report.ts';

const stories = new Map(Object.entries(EXPLANATIONS));
const style = { colors: createColors(false), width: 80 };

describe('explain', () => {
  it('tells the story, the lines to change, the severity and the source', () => {
    expect(explainCode(stories, 'yaml/tag', style)).toBe(
      [
        'Tags are not used [yaml/tag]',
        '',
        'A tag gives a value another type than it seems to have. Here the type follows',
        'from the place: put a text in quotes, write numbers without.',
        '',
        '- name: !!str litware',
        '+ name: litware',
        '',
        'error · source: design',
        '',
      ].join('\n'),
    );
  });

  it('shows hidden characters of its examples', () => {
    expect(explainCode(stories, 'topology/bidi-character', style)).toContain('litware<U+202E>.net');
  });

  it('cli/unknown-code: is what another code gets', () => {
    expect(() => explainCode(stories, 'yaml/tagg', style)).toThrow(Refusal);
    expect(() => explainCode(stories, 'yaml/tagg', style)).toThrow(
      expect.objectContaining({
        diagnostic: expect.objectContaining({ help: 'did you mean: concordat explain yaml/tag' }),
      }),
    );
    expect(() => explainCode(stories, 'yaml/tag', style)).not.toThrow();
  });

  it.each([...stories.keys()])('%s fits a terminal', code => {
    for (const line of explainCode(stories, code, style).split('\n')) {
      if (!/^[-+]/.test(line)) expect(line.length).toBeLessThanOrEqual(120);
    }
  });

  it('lists every code with its summary', () => {
    const lines = listCodes(stories).trimEnd().split('\n');
    expect(lines).toHaveLength(stories.size);
    expect(lines.find(line => line.startsWith('yaml/tag '))).toMatch(/ {2}Tags are not used$/);
  });
});
