import { describe, expect, it } from 'vitest';
import { alterations, mutate } from '../../src/proof/mutate.ts';
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

  it('skype-exchange-se: no altered literal goes unnoticed, digests or not', async () => {
    const { alterations: all, unnoticed } = await mutate(
      await renderedInput('skype-exchange-se', NOW),
    );
    expect(all.length).toBeGreaterThan(400);
    expect(unnoticed.map(one => `${one.file} ${one.what}`)).toEqual([]);
  });

  it('lync-exchange: each alteration fails and its file is named', async () => {
    const input = await renderedInput('lync-exchange', NOW);
    for (const { file, what, files } of alterations(input.files)) {
      const altered = { ...input, files, digests: false, forgeries: false };
      const { verdict, failures } = await prove(altered);
      expect(verdict, `${file} ${what}`).toBe('failed');
      const named = failures.some(
        ({ place, detail }) => place?.file === file || detail.includes(file),
      );
      const gone = failures.some(({ address }) => address?.startsWith('edge/'));
      expect(what === 'the whole script' ? gone : named, `${file} ${what}`).toBe(true);
    }
  });
});
