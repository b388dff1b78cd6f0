import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printed, rehearse } from './rehearse.ts';

const folder = new URL('./broken/', import.meta.url);
const names = readdirSync(folder).filter(name => name.endsWith('.yaml'));

/** `partner.self.yaml` must be refused as `partner/self`; `partner.self.2.yaml` is a variant. */
const codeOf = (name: string): string => name.split('.').slice(0, 2).join('/');

/** What the bases are told anyway. */
const USUAL = new Set(['product/support-ended', 'certificate/generated-here']);

describe('broken topologies are refused by name, with place, reason and what to do', () => {
  it.each(names)('%s', async name => {
    const found = rehearse(readFileSync(new URL(name, folder), 'utf8'));
    const expected = found.filter(({ code }) => code === codeOf(name));
    expect(expected).not.toEqual([]);
    for (const { place, help, address } of expected) {
      expect(place?.line).toBeGreaterThan(1);
      expect(help).not.toBe('');
      if (codeOf(name) !== 'secret/in-topology') expect(address).toMatch(/^[a-z-]+\/./);
    }
    const golden = new URL(name.replace('.yaml', '.txt'), folder).pathname;
    const shown = found.filter(({ code }) => code === codeOf(name) || !USUAL.has(code));
    await expect(printed(shown)).toMatchFileSnapshot(golden);
  });
});
