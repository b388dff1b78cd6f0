import { describe, expect, it } from 'vitest';
import { isDrifted } from '../../src/review/drift.ts';
import { altered, driftOf, edited, LYNC } from '../support/estate.ts';

const OFF = {
  ...altered(LYNC, 'Get-CsPartnerApplication', { Enabled: false, ApplicationTrustLevel: 'User' }),
};
const BY = { reason: 'change 4711', until: '2030-06-30' };

function text(...entries: readonly string[]): string {
  const lines = entries.map(one => `  - { ${one}, reason: change 4711 }\n`).join('');
  return edited(['\nscenarios:', `\naccepted:\n${lines}\nscenarios:`]);
}

const PARTNER = "address: partner/lync/exchange, until: '2030-06-30'";
const ENABLED = `${PARTNER}, attribute: enabled`;
const LEVEL = `${PARTNER}, attribute: level`;
const EDGE = "address: edge/lync/exchange, until: '2030-06-30'";

describe('accepted drift', () => {
  it.each<[string, string[], boolean]>([
    ['nothing', [], true],
    ['one of two attributes', [ENABLED, EDGE], true],
    ['both attributes and the edge', [ENABLED, LEVEL, EDGE], false],
    [
      'the whole resource and the code of the edge',
      [PARTNER, `${EDGE}, attribute: disabled`],
      false,
    ],
    ['the resource without its edge', [PARTNER], true],
  ])('does not count: %s', (_, entries, drifted) => {
    const found = driftOf({ text: entries.length === 0 ? edited() : text(...entries), lync: OFF });
    expect([isDrifted(found), found.diagnostics]).toEqual([drifted, []]);
    // It is shown all the same.
    expect(found.drift[0]?.attributes.map(({ name }) => name)).toEqual(['enabled', 'level']);
  });

  it('is shown with its reason and its last day', () => {
    const found = driftOf({ text: text(ENABLED, EDGE), lync: OFF });
    expect(found.drift[0]?.attributes.map(({ accepted }) => accepted)).toEqual([BY, undefined]);
    expect(found.edges[0]?.findings[0]?.accepted).toEqual(BY);
    expect(driftOf({ text: text(PARTNER), lync: OFF }).drift[0]?.accepted).toEqual(BY);
  });

  it('of what is absent is accepted as a whole', () => {
    const lync = { 'Get-CsPartnerApplication': [] };
    expect(isDrifted(driftOf({ text: text(PARTNER, EDGE), lync }))).toBe(false);
    expect(isDrifted(driftOf({ text: text(ENABLED, EDGE), lync }))).toBe(true);
  });

  it('counts again after its last day, and is named (accepted/expired)', () => {
    const ended = [PARTNER, EDGE].map(one => one.replace('2030-06-30', '2029-12-31'));
    const found = driftOf({ text: text(...ended), lync: OFF });
    expect(isDrifted(found)).toBe(true);
    expect(found.drift[0]?.accepted).toBeUndefined();
    expect(found.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['accepted/expired', 'warning'],
      ['accepted/expired', 'warning'],
    ]);
    expect(found.diagnostics[0]?.detail).toBe(
      'what is accepted of partner/lync/exchange ended with 2029-12-31',
    );
    const today = [PARTNER, EDGE].map(one => one.replace('2030-06-30', '2030-01-01'));
    expect(isDrifted(driftOf({ text: text(...today), lync: OFF }))).toBe(false);
  });

  it('that is not there is named (accepted/unused), where everything was seen', () => {
    const found = driftOf({ text: text(ENABLED) });
    expect(found.diagnostics.map(({ code, detail }) => [code, detail])).toEqual([
      ['accepted/unused', 'nothing of enabled of partner/lync/exchange has drifted'],
    ]);
    expect(driftOf({ text: text(ENABLED), exchange: null }).diagnostics).toEqual([]);
  });
});
