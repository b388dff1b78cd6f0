import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/kernel/canonical.ts';
import { isObject, type Json, type JsonObject } from '../../src/kernel/json.ts';
import { createReport, type Diagnostic } from '../../src/kernel/report.ts';
import { installations } from '../../src/products/installation.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { applyRules } from '../../src/rules/index.ts';
import { settle } from '../../src/rules/waivers.ts';
import { resolve } from '../../src/topology/resolve.ts';
import { topologyValidator } from '../../src/topology/validators.ts';
import { certificate, NOW } from './rehearse.ts';

const catalog = readCatalog();

const name = fc.constantFrom('one', 'two', 'three', 'four', 'null', 'constructor', 'to-string');
const domain = fc.constantFrom('litware.com', 'LITWARE.com', 'a_b.c', 'x', 'ü.de', 'xn--a.b', '..');
const host = fc.constantFrom('pool.litware.com', 'Auto.Litware.COM', 'ex1.litware.com');
const url = fc.constantFrom(
  'https://auto.litware.com/autodiscover/metadata/json/1',
  'http://pool.litware.com/METADATA/json/1',
  'https://ex1.litware.com:99999/',
  'ftp://x/autodiscover/autodiscover.xml',
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const domains = fc.record({
  default: domain,
  additional: maybe(fc.array(domain, { maxLength: 3 })),
});
const realm = fc.record({
  sipDomains: maybe(domains),
  acceptedDomains: maybe(domains),
  value: maybe(fc.constantFrom('litware.com', 'X')),
  id: maybe(fc.constant('6B2A6CA0-4C1F-4A55-9D3E-2F0F3B1C7A10')),
});

const instant = fc.constantFrom(
  '2026-11-25T00:00:00+14:00',
  '2020-01-01T00:00:00Z',
  '2031-01-01T00:00:00Z',
);
const roll = fc.record({ current: fc.constant('a.cer'), effective: instant });
const source = fc.oneof(
  fc.record({ source: maybe(fc.constant('existing')), public: maybe(fc.constant('A.cer')) }),
  fc.record({
    source: fc.constant('generate'),
    keySize: maybe(fc.constantFrom(1024, 2048, 4096)),
    lifetime: maybe(fc.constantFrom('P1D', 'P2Y')),
    roll: maybe(roll),
  }),
  fc.record({ source: fc.constantFrom('host', 'request'), roll: maybe(roll) }),
);

const common = {
  realm: name,
  forest: maybe(name),
  metadataHost: maybe(host),
  oauth: maybe(fc.constantFrom('on', 'off')),
  issuer: maybe(fc.record({ certificate: source })),
};
const skype = fc.record({
  ...common,
  product: fc.constantFrom('lync-server-2013', 'skype-for-business-server-se'),
  pools: fc.array(
    fc.record({ fqdn: host, internalWebServices: maybe(host), servers: maybe(fc.tuple(host)) }),
    { minLength: 1, maxLength: 2 },
  ),
  autodiscover: maybe(fc.record({ for: maybe(name), url: maybe(url) })),
  tenant: maybe(fc.constant('x')),
});
const exchange = fc.record({
  ...common,
  product: fc.constantFrom('exchange-server-2013', 'exchange-server-se'),
  servers: fc.tuple(fc.record({ fqdn: host })),
  namespaces: fc.record({ autodiscover: host, ews: maybe(fc.record({ internal: maybe(host) })) }),
});
const stranger = fc.record({
  ...common,
  product: fc.constantFrom('lync-server-2010', 'constructor'),
});

const switches = {
  basis: maybe(fc.constantFrom('metadata', 'certificate', 'authorization-server')),
  level: maybe(fc.constantFrom('full', 'application', 'user')),
  enabled: maybe(fc.boolean()),
  trustAnyCertificate: maybe(fc.boolean()),
};
const partner = fc.oneof(
  fc.record({ ...switches, mutual: fc.tuple(name, name) }),
  fc.record({
    ...switches,
    acceptor: name,
    issuer: name,
    name: maybe(fc.constantFrom('Exchange', 'exchange', 'a*', 'x'.repeat(65))),
    metadataUrl: maybe(url),
    principal: maybe(fc.constantFrom('00000002-0000-0ff1-ce00-000000000000', 'constructor')),
    realm: maybe(fc.constantFrom('litware.com', 'other')),
    certificate: maybe(fc.constant('b.cer')),
  }),
);

const scenario = fc.oneof(
  fc.record({
    kind: fc.constant('on-premises'),
    between: fc.tuple(name, name),
    features: maybe(
      fc.record({
        'unified-contact-store': maybe(fc.constantFrom('on', 'off')),
        'meeting-scheduling': maybe(fc.constant('on')),
        'exchange-archiving': maybe(fc.constant({ configuration: 'global', mode: 'ImOnly' })),
      }),
    ),
    probe: maybe(fc.record({ sipUri: fc.constantFrom('sip:a@litware.com', 'SIP:a@b') })),
  }),
  fc.record({
    kind: fc.constantFrom('microsoft-365', 'cross-premises'),
    between: fc.tuple(name, name),
  }),
);
const waiver = fc.record({
  rule: fc.constantFrom('R66', 'R86', 'R99', 'partner/self', 'feature/undeclared'),
  address: fc.constantFrom('deployment/one', 'edge/one/two', 'edge/two/one'),
  reason: fc.constant('because'),
  until: fc.constantFrom('2020-01-01', '2030-01-01'),
});

const topology = fc
  .record({
    apiVersion: fc.constant('concordat/v1'),
    name: fc.constant('generated'),
    environment: maybe(fc.constantFrom('production', 'lab')),
    forests: maybe(fc.dictionary(name, fc.record({ trusts: maybe(fc.uniqueArray(name)) }))),
    realms: fc.dictionary(name, realm, { minKeys: 1 }),
    deployments: fc.dictionary(name, fc.oneof(skype, exchange, stranger), { minKeys: 1 }),
    partners: maybe(fc.array(partner, { maxLength: 6 })),
    scenarios: maybe(fc.array(scenario, { maxLength: 4 })),
    waivers: maybe(fc.array(waiver, { maxLength: 3 })),
  })
  .map(withoutAbsent);

function withoutAbsent(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

function findings(value: JsonObject): readonly Diagnostic[] {
  const resolved = resolve(value);
  const report = createReport();
  const installed = installations(resolved, catalog);
  const certificates = [...resolved.deployments.keys()].flatMap(one => [
    certificate(one, 'next', { notAfter: '2026-12-01T00:00:00Z' }),
    certificate(one, 'current', { notAfter: '2026-11-01T00:00:00Z', keyType: 'ec' }),
  ]);
  const subject = { topology: resolved, catalog, installations: installed, certificates, now: NOW };
  applyRules(subject, report);
  return settle(report.diagnostics, { topology: resolved, now: NOW, locate: () => undefined });
}

/** The same value with the keys of every map in another order. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

describe('whatever topology has the right form', () => {
  it('the rules do not throw, and say of every finding what it is and what to do', () => {
    fc.assert(
      fc.property(topology, value => {
        fc.pre(topologyValidator()(value));
        for (const { summary, detail, help } of findings(value)) {
          expect(summary).not.toBe('');
          expect(`${detail} ${help}`).not.toMatch(/undefined|NaN|\[object/);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('the codes found do not depend on the order of maps', () => {
    fc.assert(
      fc.property(topology, value => {
        const codes = (one: JsonObject): string[] =>
          findings(one)
            .map(({ code }) => code)
            .sort();
        expect(codes(reversed(value) as JsonObject)).toEqual(codes(value));
      }),
      { numRuns: 200 },
    );
  });

  it('resolving changes nothing of what was read', () => {
    fc.assert(
      fc.property(topology, value => {
        const before = canonical(value);
        resolve(value);
        expect(canonical(value)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });
});
