import { describe, expect, it } from 'vitest';
import { tools } from '../support/tools.ts';
import { campaign } from '../campaign/kill.mjs';

// `npm run campaign` tries all points; here a spread. A place can be missed: Node writes too.
describe.skipIf(!tools.strace)('an apply in a process of its own', () => {
  it.each([
    ['kill', 70, 60],
    ['fault', 110, 95],
    ['interrupt', 24, 16],
  ])(
    'hit by a %s leaves old or new, and the next one finishes',
    async (kind, most, least) => {
      const { points, tried, broken } = await campaign(kind, most);
      expect(broken).toEqual([]);
      expect(points).toBeGreaterThan(100);
      expect(tried).toBeGreaterThanOrEqual(least);
    },
    600_000,
  );
});
