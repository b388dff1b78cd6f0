import { describe, expect, it } from 'vitest';
import { clockFindings } from '../../src/evidence/server-clocks.ts';

const HERE = Date.parse('2030-01-01T00:00:00Z');

/** What is said of servers whose clocks are so many seconds ahead. */
function said(...ahead: readonly number[]): string[] {
  const readings = ahead.map((seconds, at) => ({
    url: `https://s${at}.example/`,
    time: new Date(HERE + seconds * 1000),
    here: new Date(HERE),
  }));
  return clockFindings(readings).map(({ code, rule, detail }) => `${code} ${rule}: ${detail}`);
}

describe('clocks of servers that were asked (R79)', () => {
  it('more than five minutes from ours are told, ahead or behind: fetch/clock', () => {
    expect(said(300)).toEqual([]);
    expect(said(-300)).toEqual([]);
    expect(said(301)).toEqual([
      'fetch/clock R79: https://s0.example/ says that it is 2030-01-01T00:05:01Z; ' +
        'here it is 2030-01-01T00:00:00Z, 5 minutes apart',
    ]);
    expect(said(-3600).join()).toContain('60 minutes apart');
  });

  it('and two of them from each other, though neither is from ours', () => {
    expect(said(-200, 0, 200)).toEqual([
      'fetch/clock R79: the clock of https://s2.example/ is ahead of that of ' +
        'https://s0.example/, 6 minutes apart',
    ]);
    expect(said(-150, 150)).toEqual([]);
  });

  it('are not compared where nobody said anything', () => {
    expect(said()).toEqual([]);
  });
});
