import { describe, expect, it } from 'vitest';
import { lower } from '../../src/graph/lower.ts';
import type { Graph } from '../../src/graph/resource.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { diff } from '../../src/plan/diff.ts';
import { recall } from '../../src/plan/recall.ts';
import { readTrust } from '../../src/plan/trust.ts';
import type { Change } from '../../src/plan/plan.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { exampleText, lowering, productsOf } from '../support/lowered.ts';
import { record } from '../support/recorded.ts';

const catalog = readCatalog();
const lync = exampleText('lync-exchange');

describe('comparing what is declared with what is recorded', () => {
  it('ensures what servers hold and creates what we hold, when nothing is recorded', () => {
    const actions = actionsOf(compare(lync, undefined));
    expect(actions['certificate/lync']).toEqual(['create']);
    expect(actions['document/lync']).toEqual(['create']);
    expect(actions['partner/lync/exchange']).toEqual(['ensure']);
    expect(actions['oauth-settings/lync']).toEqual(['ensure']);
  });

  it('keeps everything when nothing changed, deployed or not', () => {
    for (const standing of ['rendered', 'deployed'] as const) {
      const changes = compare(lync, record(lync, standing));
      expect(changes.map(({ actions }) => actions)).toEqual(changes.map(() => ['keep']));
    }
  });

  it('updates in place what can change, and says from what to what', () => {
    const moved = lync.replace(
      'autodiscover: autodiscover.litware.com',
      'autodiscover: ad.litware.com',
    );
    const change = find(compare(moved, record(lync, 'deployed')), 'partner/lync/exchange');
    expect(change.actions).toEqual(['update']);
    expect(change.because).toEqual([
      {
        code: 'changed/metadataUrl',
        text:
          'metadataUrl: "https://autodiscover.litware.com/autodiscover/metadata/json/1" -> ' +
          '"https://ad.litware.com/autodiscover/metadata/json/1"',
      },
    ]);
  });

  it('replaces what the server cannot change in place', () => {
    const other = lync.replace('default: litware.com', 'default: litware.org');
    const change = find(compare(other, record(lync, 'deployed')), 'partner/lync/exchange');
    expect(change.actions).toEqual(['delete', 'create']);
  });

  it('ensures again what was rendered and never reported back', () => {
    const moved = lync.replace(
      'autodiscover: autodiscover.litware.com',
      'autodiscover: ad.litware.com',
    );
    const change = find(compare(moved, record(lync, 'rendered')), 'partner/lync/exchange');
    expect(change.actions).toEqual(['ensure']);
  });

  it('deletes a partner that is no longer declared, and leaves the issuer alone', () => {
    const without = lync.slice(0, lync.indexOf('partners:'));
    const changes = compare(without, record(lync, 'deployed'));
    expect(find(changes, 'partner/lync/exchange').because[0]?.code).toBe('not-declared');
    expect(find(changes, 'oauth-settings/lync').because[0]?.code).toBe('not-declared/stays');
  });
});

describe('reading what a plan does to trust', () => {
  const reading = (text: string, before: string | undefined) =>
    readTrust(graphOf(text), before === undefined ? undefined : record(before, 'deployed'));

  it('reads a new edge as widening and an edge that goes as narrowing', () => {
    expect(reading(lync, undefined).reading).toBe('widens');
    expect(reading(lync.slice(0, lync.indexOf('partners:')), lync).reading).toBe('narrows');
    expect(reading(lync, lync).reading).toBe('same');
  });

  it('reads a key that is still to be made as one that widens', () => {
    const skype = exampleText('skype-exchange-se');
    const made = skype.replace(
      '{ source: existing, public: evidence/exchange-auth.cer }',
      '{ source: host }',
    );
    expect(reading(made, skype).reading).toBe('widens');
  });

  it.each([
    ['level: full', 'level: application', 'narrows'],
    ['level: full', 'level: full, enabled: false', 'narrows'],
    ['level: full', 'level: full, acceptSecurityIdentifiers: true', 'widens'],
    ['default: litware.com', 'default: litware.org', 'widens'],
    ['autodiscover: autodiscover.litware.com', 'autodiscover: ad.litware.com', 'widens'],
    ['name: Exchange', 'name: Mail', 'same'],
  ])('%s to %s: %s', (from, to, wanted) => {
    expect(reading(lync.replace(from, to), lync).reading).toBe(wanted);
  });
});

function graphOf(text: string): Graph {
  return lower(lowering(text));
}

function compare(text: string, snapshot: Snapshot | undefined): Change[] {
  const input = lowering(text);
  const recalled = recall(snapshot, input.topology);
  return diff({ graph: lower(input), ...recalled, catalog, products: productsOf(input) });
}

function find(changes: readonly Change[], address: string): Change {
  const change = changes.find(one => one.address === address);
  if (!change) throw new Error(`no change of ${address}`);
  return change;
}

function actionsOf(changes: readonly Change[]): Record<string, readonly string[]> {
  return Object.fromEntries(changes.map(({ address, actions }) => [address, actions]));
}
