import { describe, expect, it } from 'vitest';
import { MODELS } from './models.ts';

// `npm run campaign models` sets these; a failure prints its seed and its path.
const runs = Number(process.env['MODEL_RUNS'] ?? 600);
const seed = Number(process.env['MODEL_SEED'] ?? 1);
const path = process.env['MODEL_PATH'];
const models = Object.entries(MODELS);
const numRuns = Math.ceil(runs / models.length);

describe(
  `whatever is declared (${numRuns} times each, seed ${seed})`,
  { timeout: 7_200_000 },
  () => {
    it.each(models)('%s', async (_, holds) => {
      const tried = await holds({ numRuns, seed, ...(path !== undefined && { path }) });
      expect(tried).toBeGreaterThanOrEqual(path === undefined ? numRuns : 1);
    });
  },
);
