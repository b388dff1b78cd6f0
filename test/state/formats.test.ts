import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/kernel/report.ts';
import { confirmed } from '../../src/state/by-hand.ts';
import { readSnapshot, STATE_FORMAT, writeSnapshot } from '../../src/state/codec.ts';

/** A state of each format that was ever written, as its version wrote it; none is ever changed. */
const folder = new URL('formats/', import.meta.url);
const files = readdirSync(folder).sort();
const bytesOf = (file: string): Uint8Array => readFileSync(new URL(file, folder));

describe('a state of an older format', () => {
  it('is kept as a file for each, the newest among them', () => {
    expect(files).toEqual(['1.0.json', '1.1.json']);
    expect(files.at(-1)).toBe(`${STATE_FORMAT}.json`);
  });

  it.each(files)('%s is read whole, and written back byte for byte', file => {
    const state = readSnapshot(bytesOf(file));
    expect(state.format_version).toBe(file.replace('.json', ''));
    expect(state.resources.length).toBeGreaterThan(5);
    expect(Buffer.from(writeSnapshot(state)).equals(bytesOf(file))).toBe(true);
  });

  it('becomes one of this format with the first change, and loses nothing', () => {
    const before = readSnapshot(bytesOf('1.0.json'));
    const address = before.resources.find(({ standing }) => standing === 'rendered')?.address ?? '';
    const word = { address, reason: 'seen on the server', at: new Date('2030-02-03T04:05:06Z') };
    const after = readSnapshot(writeSnapshot(confirmed(before, word)));
    expect(after.format_version).toBe(STATE_FORMAT);
    expect(after.resources.length).toBe(before.resources.length);
    expect(after).toMatchObject({ lineage: before.lineage, edges: before.edges });
  });

  it('is refused where a newer version wrote it (state/format): what is new would be lost', () => {
    const newer = { ...readSnapshot(bytesOf('1.1.json')), format_version: '1.2' };
    try {
      readSnapshot(writeSnapshot(newer));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Refusal);
      expect(String(error)).toContain('its format is 1.2, expected 1.0 or 1.1');
    }
  });
});
