import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from './support/cli.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const block = (kind: string): string =>
  new RegExp(`\`\`\`${kind}\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? '';

describe('the README', () => {
  it('has at most 150 lines', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(151);
  });

  it('shows the plan that its own topology gives, in this order; "..." leaves lines out', () => {
    const folder = mkdtempSync(join(tmpdir(), 'concordat-test-'));
    writeFileSync(join(folder, 'topology.yaml'), block('yaml'));
    const { out, exit } = call(['plan'], folder);
    expect(exit).toBe(0);
    const shown = block('console').split('\n').slice(1, -1);
    let at = 0;
    for (const part of shown.join('\n').split(/^\.\.\.$/m)) {
      const text = part.replace(/^\n|\n$/g, '');
      const found = out.indexOf(text, at);
      expect(found, text).toBeGreaterThanOrEqual(0);
      at = found + text.length;
    }
  });
});
