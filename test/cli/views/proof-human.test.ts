import { describe, expect, it } from 'vitest';
import { matrix } from '../../../src/cli/views/matrix.ts';
import { humanMutations, humanProof } from '../../../src/cli/views/proof-human.ts';
import { jsonProof } from '../../../src/cli/views/proof-json.ts';
import { mutate } from '../../../src/proof/mutate.ts';
import { prove } from '../../../src/proof/prove.ts';
import { exampleInput, exampleModel, partnerBlock } from '../../proof/bundle.ts';

/** The widest line of more than one word: a word is never broken, it could be a name. */
function widest(text: string): number {
  const lines = text.split('\n').filter(line => line.trim().includes(' '));
  return Math.max(...lines.map(line => line.length));
}

describe('a proof for a person', () => {
  it('shows who accepts whom and what it is worth', async () => {
    const report = await prove(exampleInput(exampleModel(), ['lync']));
    const text = humanProof(report, { width: 80 });
    expect(text).toMatchInlineSnapshot(`
      "  issuer \\ acceptor  exchange  lync
        exchange           .         structure
        lync               proved    .

        proved     signed with the issuer's own key, accepted
        structure  the key is elsewhere: a stand-in signed, the public half was
                   compared

        edge/exchange/lync: 3 of 3 tokens accepted, 29 of 29 forgeries refused by the
                            expected rule
        edge/lync/exchange: 4 of 4 tokens accepted, 29 of 29 forgeries refused by the
                            expected rule

      Proved: 2 trust edges, nothing failed.
      "
    `);
  });

  it.each([80, 120])('fits %i columns, failures included', async width => {
    const model = exampleModel();
    partnerBlock(model, 'lync', 'exchange')['Realm'] = 'litwareinc.com';
    const text = humanProof(await prove(exampleInput(model)), { width });
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text).toContain('FAILED');
    expect(text).toContain('error: Token of a declared partner is refused [proof/token-refused]');
    expect(text).toContain('lync/scripts/40-partner-exchange.ps1:1');
    expect(text).toMatch(/Not proved: 2 of 2 trust edges failed/);
  });

  it('says what noticed each alteration', async () => {
    const text = humanMutations(await mutate(exampleInput()), { width: 80 });
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).toMatch(/\d+ refused as a token/);
    expect(text).toContain('0 that nothing notices');
  });
});

describe('a proof for machines', () => {
  it('has a verdict, the edges and what failed', async () => {
    const read = JSON.parse(jsonProof(await prove(exampleInput()))) as Record<string, unknown>;
    expect(Object.keys(read)).toEqual(['format_version', 'verdict', 'edges', 'failures']);
    expect(read['verdict']).toBe('passed');
  });
});

describe('a matrix wider than the terminal', () => {
  it('goes on in further blocks', () => {
    const names = Array.from({ length: 14 }, (_, index) => `deployment-${index}`);
    const cell = (row: string, column: string): string => (row === column ? '.' : 'proved');
    const text = matrix({ corner: 'x', rows: names, columns: names, cell, width: 80 });
    expect(widest(text)).toBeLessThanOrEqual(80);
    for (const name of names) expect(text.split(name).length).toBeGreaterThan(2);
  });
});
