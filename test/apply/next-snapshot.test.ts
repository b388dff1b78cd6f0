import { describe, expect, it } from 'vitest';
import { nextSnapshot, type Succession } from '../../src/apply/next-snapshot.ts';
import { digest } from '../../src/kernel/canonical.ts';
import type { Resource } from '../../src/graph/resource.ts';
import { readCatalog } from '../../src/products/registry.ts';
import type { Snapshot } from '../../src/state/snapshot.ts';
import { FIRST, LINEAGE, SECOND, artifactsOf, planOf } from './fixture.ts';

const CLOCK = '2030-01-01T00:00:00Z';
const LATER = '2030-06-01T00:00:00Z';

function resource(address: Resource['address'], more: Partial<Resource> = {}): Resource {
  const [kind, deployment, name] = address.split('/');
  return {
    address,
    kind: kind as Resource['kind'],
    deployment: deployment ?? '',
    ...(name !== undefined && { name }),
    at: [],
    attributes: { level: 'full' },
    unknown: [],
    needs: [],
    held: 'server',
    ...more,
  };
}

const PARTNER = resource('partner/lync/exchange');
const CERTIFICATE = resource('certificate/lync');
const DOCUMENT = resource('document/lync', { held: 'here' });
const ALL = [DOCUMENT, PARTNER, CERTIFICATE];

function succession(resources: readonly Resource[], more: Partial<Succession> = {}): Succession {
  return {
    previous: undefined,
    recalled: more.previous,
    plan: planOf({ clock: CLOCK }),
    graph: { resources, edges: [] },
    catalog: readCatalog(),
    products: new Map([['lync', 'lync-server-2013']]),
    artifacts: FIRST,
    lineage: LINEAGE,
    ...more,
  };
}

const first = (): Snapshot => nextSnapshot(succession(ALL));

function follow(
  previous: Snapshot,
  resources: readonly Resource[],
  more: Partial<Succession> = {},
): Snapshot {
  const plan = planOf({ clock: LATER, checksum: 'd'.repeat(64) });
  return nextSnapshot(succession(resources, { previous, plan, lineage: 'not used', ...more }));
}

const standings = ({ resources }: Snapshot): Record<string, string> =>
  Object.fromEntries(
    resources.map(({ address, standing, since }) => [address, `${standing} ${since}`]),
  );

describe('the first state', () => {
  it('holds every resource as rendered, by address, with its script', () => {
    const state = first();
    expect(state).toMatchObject({ lineage: LINEAGE, serial: 1, topology: 'litware' });
    expect(state.resources.map(({ address, script }) => [address, script])).toEqual([
      ['certificate/lync', 'lync/scripts/10-certificate.ps1'],
      ['document/lync', null],
      ['partner/lync/exchange', 'lync/scripts/40-partner-exchange.ps1'],
    ]);
    expect(new Set(Object.values(standings(state)))).toEqual(new Set([`rendered ${CLOCK}`]));
    expect(state.resources[0]?.digest).toBe(digest({ level: 'full' }));
    expect(state.applied).toEqual(['c'.repeat(64)]);
  });

  it('takes the trust edges from the plan, without those that end', () => {
    const edges = [
      { address: 'edge/b/a', reading: 'widens', before: null, after: { level: 'full' } },
      { address: 'edge/a/b', reading: 'same', before: { x: 1 }, after: { x: 1 } },
      { address: 'edge/c/d', reading: 'narrows', before: { x: 1 }, after: null },
    ] as const;
    const plan = planOf({ trust: { reading: 'widens', edges } });
    expect(nextSnapshot(succession(ALL, { plan })).edges).toEqual([
      { address: 'edge/a/b', attributes: { x: 1 } },
      { address: 'edge/b/a', attributes: { level: 'full' } },
    ]);
  });
});

describe('the state that follows', () => {
  it('is the same one where nothing changes, whatever the clock and the order', () => {
    const before = first();
    expect(follow(before, [...ALL].reverse())).toBe(before);
  });

  it('counts one up for a change, and remembers the plan', () => {
    const next = follow(first(), ALL, { artifacts: SECOND });
    expect(next.serial).toBe(2);
    expect(next.lineage).toBe(LINEAGE);
    expect(next.applied).toEqual(['c'.repeat(64), 'd'.repeat(64)]);
  });

  it('keeps what is deployed deployed as long as its declaration stays', () => {
    const before = first();
    const deployed = {
      ...before,
      resources: before.resources.map(one => ({ ...one, standing: 'deployed' as const })),
    };
    const changed = { ...PARTNER, attributes: { level: 'user' } };
    const next = follow(deployed, [DOCUMENT, changed, CERTIFICATE], { artifacts: SECOND });
    expect(standings(next)).toEqual({
      'certificate/lync': `deployed ${CLOCK}`,
      'document/lync': `deployed ${CLOCK}`,
      'partner/lync/exchange': `rendered ${LATER}`,
    });
  });

  it('lets what we hold go, and awaits the removal of what a server holds', () => {
    const script = 'lync/scripts/90-remove-partner-exchange.ps1';
    const removal = artifactsOf({ [script]: 'remove' }).map(one => ({
      ...one,
      addresses: [PARTNER.address],
    }));
    const next = follow(first(), [CERTIFICATE], { artifacts: removal });
    expect(standings(next)).toEqual({
      'certificate/lync': `rendered ${CLOCK}`,
      'partner/lync/exchange': `removing ${LATER}`,
    });
    expect(next.resources[1]?.script).toBe(script);
    expect(follow(next, [CERTIFICATE], { artifacts: removal })).toBe(next);
  });

  it('forgets what stays on the server unmanaged', () => {
    const next = follow(first(), [DOCUMENT, PARTNER]);
    expect(next.resources.map(({ address }) => address)).not.toContain('certificate/lync');
  });

  it('begins anew with what is declared again before it was removed', () => {
    const removing = follow(first(), [CERTIFICATE]);
    const plan = planOf({ clock: '2031-01-01T00:00:00Z' });
    const next = follow(removing, [CERTIFICATE, PARTNER], { plan });
    expect(standings(next)['partner/lync/exchange']).toBe('rendered 2031-01-01T00:00:00Z');
  });
});
