import { describe, expect, it } from 'vitest';
import { mutate } from '../../src/proof/mutate.ts';
import { prove } from '../../src/proof/prove.ts';
import { renderedInput } from './rendered.ts';

const NOW = '2026-11-24T12:00:00Z';

describe('what is really rendered', () => {
  it.each([
    ['lync-exchange', 'proved'],
    ['no-features', 'proved'],
    ['skype-exchange-se', 'structure'],
  ])('%s is %s on every edge', async (example, mark) => {
    const report = await prove(await renderedInput(example, NOW));
    expect(report.failures).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(report.edges.map(edge => edge.mark)).toEqual(report.edges.map(() => mark));
  });

  it.each(['lync-exchange', 'no-features', 'skype-exchange-se'])(
    '%s: no altered literal goes unnoticed',
    async example => {
      const t = Date.now();
      const { alterations, unnoticed } = await mutate(await renderedInput(example, NOW));
      expect(unnoticed.map(one => `${one.file} ${one.what}`)).toEqual([]);
    },
  );
});
