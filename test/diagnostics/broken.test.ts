import { readFileSync, readdirSync } from 'node:fs';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { humanDiagnostics } from '../../src/cli/views/diagnostics-human.ts';
import { readTopology, type SourceFile } from '../../src/topology/read.ts';
import { check } from '../support/check.ts';

const folder = new URL('broken/', import.meta.url);
const names = readdirSync(folder).filter(name => /\.(yaml|txtar)$/.test(name));
const style = { colors: createColors(false), width: 100 };

/** `yaml.tag.yaml` must be refused as `yaml/tag`; `yaml.tag.2.yaml` is a variant. */
const codeOf = (name: string): string => name.split('.').slice(0, 2).join('/');

/** One file, or the files of an archive: `-- name --` lines, each with a file below. */
function filesOf(name: string): SourceFile[] {
  const bytes = readFileSync(new URL(name, folder));
  if (!name.endsWith('.txtar')) return [{ file: 'topology.yaml', bytes }];
  const [, ...parts] = bytes.toString('utf8').split(/^-- (.+) --\n/m);
  return parts.flatMap((file, index) =>
    index % 2 === 0 ? [{ file, bytes: Buffer.from(parts[index + 1] ?? '') }] : [],
  );
}

describe('broken files are refused by name, with place, reason and what to do', () => {
  it.each(names)('%s', async name => {
    const files = filesOf(name);
    const found = check(files);
    expect(found.map(({ code }) => code)).toContain(codeOf(name));
    for (const { place, help } of found) {
      expect(place?.file).toMatch(/\.yaml$/);
      expect(help).not.toBe('');
    }
    const printed = humanDiagnostics(found, readTopology(files).sources, style);
    expect(printed).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]/);
    const golden = new URL(`${name.replace(/\.(yaml|txtar)$/, '')}.txt`, folder).pathname;
    await expect(printed).toMatchFileSnapshot(golden);
  });
});
