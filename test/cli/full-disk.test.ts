import { beforeAll, describe, expect, it } from 'vitest';
import { fullDisk, mayMount, type Squeezed } from '../campaign/full-disk.mjs';
import { tools } from '../support/tools.ts';

const MOUNTED = mayMount() ? (['room', 'inodes'] as const) : [];
const LIMITED = tools.prlimit ? (['file size'] as const) : [];

// `npm run campaign full-disk` tries every size; here a spread of them. Each checks that a refusal is
// one sentence, that every file is old or new, that no key is lost, and that it goes on with room.
describe('every command that writes says so, and goes on later, where there is little left', () => {
  let all: readonly Squeezed[] = [];
  beforeAll(async () => {
    all = await fullDisk([...MOUNTED, ...LIMITED], { most: 5 });
  }, 600_000);

  const holds = (limit: string): void => {
    const squeezed = all.find(one => one.limit === limit);
    expect(squeezed?.broken).toEqual([]);
    expect(squeezed?.tried).toBe(5);
    expect(squeezed?.refused).toBeGreaterThanOrEqual(2);
  };

  it.skipIf(MOUNTED.length === 0)('of the room on the disk', () => holds('room'));
  it.skipIf(MOUNTED.length === 0)('of its inodes', () => holds('inodes'));
  it.skipIf(LIMITED.length === 0)('of the size of a file', () => holds('file size'));
});
