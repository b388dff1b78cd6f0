import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasEngine } from '../support/engine.ts';
import { faultsOfDrift } from './altered.ts';
import { faultsOfCircle } from './circle.ts';
import { randomEstate } from './random-estate.ts';
import { startShell, type Shell } from './shell.ts';

/** `npm run campaign circle` tries 2,000 of each. */
const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);

describe.skipIf(!hasEngine)('servers in random states', () => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await startShell();
  });
  afterAll(() => shell.close());

  it('collect, import, plan --from: no server changes, and what can be said is said', async () => {
    for (const seed of SEEDS) {
      expect([seed, ...(await faultsOfCircle(shell, seed))]).toEqual([seed]);
    }
  });

  it('one property changed by hand: drift names exactly that one, on its side', async () => {
    let tried = 0;
    for (const seed of SEEDS) {
      const faults = await faultsOfDrift(shell, seed);
      if (faults) tried++;
      expect([seed, ...(faults ?? [])]).toEqual([seed]);
    }
    expect(tried).toBeGreaterThan(SEEDS.length / 3);
  });

  it('are the same for the same number, and different ones', () => {
    const states = SEEDS.map(seed => JSON.stringify(randomEstate(seed).world));
    expect(states).toEqual(SEEDS.map(seed => JSON.stringify(randomEstate(seed).world)));
    expect(new Set(states).size).toBe(SEEDS.length);
    const partners = SEEDS.flatMap(seed => randomEstate(seed).sayable);
    expect(partners.length).toBeGreaterThan(SEEDS.length / 2);
  });
});
