import { describe, expect, it } from 'vitest';
import { prove } from '../../src/proof/prove.ts';
import { exampleInput } from './bundle.ts';

describe('the example', () => {
  it('is proved with the keys of both sides', async () => {
    const report = await prove(exampleInput());
    expect(report.failures).toEqual([]);
    expect(report.verdict).toBe('passed');
    expect(report.edges.map(edge => edge.mark)).toEqual(['proved', 'proved']);
    console.log(JSON.stringify(report.edges, null, 1));
  });
});
