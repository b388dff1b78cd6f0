import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/kernel/json.ts';
import { resolve } from '../../src/topology/resolve.ts';
import type { Topology } from '../../src/topology/topology.ts';

function read(text: string): Topology {
  return resolve(parse(text) as JsonObject);
}

describe('what is not written', () => {
  const topology = read(`
    name: litware
    realms: { litware: { sipDomains: { default: litwareinc.com } } }
    deployments: { lync: { product: lync-server-2013, realm: litware } }
    partners: [{ acceptor: exchange, issuer: lync }]
    scenarios: [{ kind: on-premises, between: [lync, exchange] }]
  `);

  it('is filled in with the documented defaults', () => {
    expect(topology.environment).toBe('production');
    expect(topology.partners).toEqual([
      {
        at: ['partners', 0],
        acceptor: 'exchange',
        issuer: 'lync',
        basis: 'metadata',
        level: 'full',
        enabled: true,
        acceptSecurityIdentifiers: false,
        protect: false,
        trustAnyCertificate: false,
        mutual: false,
      },
    ]);
    expect(topology.deployments.get('lync')?.certificate).toEqual({
      source: 'existing',
      keySize: 2048,
      at: ['deployments', 'lync', 'issuer', 'certificate'],
    });
    expect(topology.realms.get('litware')?.domains.get('sipDomains')).toEqual({
      default: 'litwareinc.com',
      additional: [],
    });
    expect(topology.scenarios[0]?.features.size).toBe(0);
    expect(topology.forests.size).toBe(0);
    expect(topology.waivers).toEqual([]);
  });
});

describe('case', () => {
  const topology = read(`
    name: litware
    realms:
      litware: { sipDomains: { default: LitwareInc.COM, additional: [Litware.NET] }, value: LITWARE }
      farm: { id: 6B2A6CA0-4C1F-4A55-9D3E-2F0F3B1C7A10 }
    deployments:
      lync:
        product: Lync-Server-2013
        realm: litware
        metadataHost: Web.Litware.COM
        pools: [{ fqdn: POOL01.litware.com, servers: [FE01.Litware.com] }]
        servers: [{ site: HQ.Redmond, build: 15.0.1497.48 }]
        autodiscover: { url: 'HTTPS://Auto.Litware.com/Autodiscover/Autodiscover.svc', allowedDomains: ['*.Litware.COM'] }
        issuer: { certificate: { public: Evidence/Lync.CER } }
    partners:
      - { acceptor: lync, issuer: ex, principal: 00000002-0000-0FF1-CE00-000000000000, realm: Litware.com, name: Exchange, certificate: Ex.CER }
  `);
  const lync = topology.deployments.get('lync');

  it('of domains, hosts and ids is folded', () => {
    const realm = topology.realms.get('litware');
    expect(realm?.domains.get('sipDomains')).toEqual({
      default: 'litwareinc.com',
      additional: ['litware.net'],
    });
    expect(realm?.pinned).toBe('litware');
    expect(topology.realms.get('farm')?.id).toBe('6b2a6ca0-4c1f-4a55-9d3e-2f0f3b1c7a10');
    expect(lync?.product).toBe('lync-server-2013');
    expect(lync?.settings['metadataHost']).toBe('web.litware.com');
    expect(lync?.settings['pools']).toEqual([
      { fqdn: 'pool01.litware.com', servers: ['fe01.litware.com'] },
    ]);
    expect(topology.partners[0]?.principal).toBe('00000002-0000-0ff1-ce00-000000000000');
    expect(topology.partners[0]?.realm).toBe('litware.com');
  });

  it('of a URL is folded up to its path', () => {
    expect(lync?.settings['autodiscover']).toEqual({
      url: 'https://auto.litware.com/Autodiscover/Autodiscover.svc',
      allowedDomains: ['*.litware.com'],
    });
  });

  it('of files, sites and names stays', () => {
    expect(lync?.certificate.public).toBe('Evidence/Lync.CER');
    expect(lync?.settings['servers']).toEqual([{ site: 'HQ.Redmond', build: '15.0.1497.48' }]);
    expect(topology.partners[0]?.name).toBe('Exchange');
    expect(topology.partners[0]?.certificate).toBe('Ex.CER');
  });
});

describe('mutual', () => {
  it('becomes two directions that share everything else and their place', () => {
    const { partners } = read('partners: [{ mutual: [lync, exchange], enabled: false }]');
    expect(partners.map(({ acceptor, issuer }) => [acceptor, issuer])).toEqual([
      ['lync', 'exchange'],
      ['exchange', 'lync'],
    ]);
    expect(partners.every(({ mutual, enabled }) => mutual && !enabled)).toBe(true);
    expect(partners[0]?.at).toBe(partners[1]?.at);
  });
});

describe('features', () => {
  it('are on, off or an object, also for those whose editor wrote true or false', () => {
    const { scenarios } = read(
      'scenarios: [{ between: [a, b], features: { a: on, b: off, c: true, d: false, e: { mode: x } } }]',
    );
    expect([...(scenarios[0]?.features ?? [])]).toEqual([
      ['a', 'on'],
      ['b', 'off'],
      ['c', 'on'],
      ['d', 'off'],
      ['e', { mode: 'x' }],
    ]);
  });
});

describe('instants', () => {
  it.each([
    ['2030-02-01T02:00:00+02:00', '2030-02-01T00:00:00Z'],
    ['2030-02-01T00:00:00.75z', '2030-02-01T00:00:00Z'],
    ['2030-01-31t23:30:00-00:30', '2030-02-01T00:00:00Z'],
  ])('%s is kept in UTC', (effective, expected) => {
    const { deployments } = read(
      `deployments: { a: { issuer: { certificate: { roll: { current: a.cer, effective: '${effective}' } } } } }`,
    );
    expect(deployments.get('a')?.certificate.roll?.effective).toBe(expected);
  });
});

describe('names that JavaScript knows', () => {
  it('are names like any other', () => {
    const { realms, deployments } = read(`
      realms: { constructor: { id: x }, __proto__: { id: y } }
      deployments: { constructor: { realm: __proto__ } }
    `);
    expect([...realms.keys()]).toEqual(['constructor', '__proto__']);
    expect(realms.get('__proto__')?.id).toBe('y');
    expect(deployments.get('constructor')?.realm).toBe('__proto__');
  });
});

it('a resolved topology keeps the order in which things were written', () => {
  const { deployments } = read('deployments: { b: {}, a: {}, c: {} }');
  expect([...deployments.keys()]).toEqual(['b', 'a', 'c']);
});
