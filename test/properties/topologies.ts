import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/kernel/json.ts';

/** One trust between two deployments, as far as it can differ and still be accepted. */
interface Pair {
  readonly old: readonly [boolean, boolean];
  readonly made: readonly [boolean, boolean];
  readonly more: number;
  readonly named: string | undefined;
  readonly identifiers: boolean;
  readonly mutual: boolean;
  readonly store: 'on' | 'off';
  readonly archiving: string | undefined;
  readonly scheduling: boolean;
  readonly probe: boolean;
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

/** Making a certificate takes longer than all else, so most are there already. */
const rarely = fc.nat(5).map(thrown => thrown === 5);

const pair: fc.Arbitrary<Pair> = fc.record({
  old: fc.tuple(fc.boolean(), fc.boolean()),
  made: fc.tuple(rarely, rarely),
  more: fc.nat(2),
  named: maybe(fc.constantFrom('Mail', "Anna's", 'Stra\u00dfe', '$(x)')),
  identifiers: fc.boolean(),
  mutual: fc.boolean(),
  store: fc.constantFrom('on', 'off'),
  archiving: maybe(fc.constantFrom('global', 'site:Redmond')),
  scheduling: fc.boolean(),
  probe: fc.boolean(),
});

const several = (count: number): fc.Arbitrary<Pair[]> =>
  fc.array(pair, { minLength: count, maxLength: count });
const pairs = fc.oneof(
  { weight: 5, arbitrary: several(1) },
  { weight: 3, arbitrary: several(2) },
  { weight: 1, arbitrary: several(3) },
);

/** Topologies of one to three trusts in one project; the rules accept all of them. */
export const topologies: fc.Arbitrary<JsonObject> = pairs.map(topologyOf);

/**
 * What the same project declares one after the other. A prepared certificate keeps its names
 * (keys/profile-changed says so), so one that is made again has the domains of the first time.
 */
export function journeys<Count extends 2 | 3>(count: Count): fc.Arbitrary<Journey<Count>> {
  const all = fc.array(pairs, { minLength: count, maxLength: count });
  return all.map(stations => {
    const made = new Map<number, number>();
    const kept = stations.map(station =>
      station.map((one, index) => {
        if (!one.made[0]) return one;
        const more = made.get(index) ?? one.more;
        made.set(index, more);
        return { ...one, more };
      }),
    );
    return kept.map(topologyOf) as unknown as Journey<Count>;
  });
}

type Journey<Count extends 2 | 3> = Count extends 2
  ? readonly [JsonObject, JsonObject]
  : readonly [JsonObject, JsonObject, JsonObject];

/** The same realms and deployments, of which nobody trusts anybody any more. */
export function withoutTrust({ partners: _, scenarios: __, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** The same with the keys of every map in another order. */
export function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => reversed(item));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as JsonObject).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item)]));
}

/** The same with partners and scenarios in another order as well. */
export function shuffled(topology: JsonObject): JsonObject {
  const turned = Object.entries(reversed(topology) as JsonObject).map(([key, item]) => [
    key,
    Array.isArray(item) ? [...(item as Json[])].reverse() : item,
  ]);
  return Object.fromEntries(turned) as JsonObject;
}

interface Parts {
  readonly realms: JsonObject;
  readonly deployments: JsonObject;
  readonly partners: readonly JsonObject[];
  readonly scenarios: readonly JsonObject[];
}

function topologyOf(pairs: readonly Pair[]): JsonObject {
  const parts = pairs.map(partsOf);
  return {
    apiVersion: 'concordat/v1',
    name: 'litware',
    environment: 'lab',
    realms: Object.assign({}, ...parts.map(({ realms }) => realms)) as JsonObject,
    deployments: Object.assign({}, ...parts.map(one => one.deployments)) as JsonObject,
    partners: parts.flatMap(({ partners }) => partners),
    scenarios: parts.flatMap(({ scenarios }) => scenarios),
  };
}

function partsOf(one: Pair, index: number): Parts {
  const [voice, mail] = [`voice${index}`, `mail${index}`];
  const domain = `site${index}.example.com`;
  const domains = {
    default: domain,
    additional: ['a', 'b'].slice(0, one.more).map(name => `${name}.${domain}`),
  };
  return {
    realms: { [voice]: { sipDomains: domains }, [mail]: { acceptedDomains: domains } },
    deployments: { [voice]: voiceOf(one, index), [mail]: mailOf(one, index) },
    partners: partnersOf(one, voice, mail),
    scenarios: [scenarioOf(one, [voice, mail], domain)],
  };
}

function voiceOf({ old, made }: Pair, index: number): JsonObject {
  return {
    product: old[0] ? 'lync-server-2013' : 'skype-for-business-server-se',
    realm: `voice${index}`,
    pools: [
      {
        fqdn: `pool.site${index}.example.com`,
        internalWebServices: `web.site${index}.example.com`,
        servers: [`fe.site${index}.example.com`],
      },
    ],
    autodiscover: { for: `mail${index}` },
    issuer: { certificate: certificateOf(made[0], `voice${index}`) },
  };
}

function mailOf({ old, made }: Pair, index: number): JsonObject {
  const host = `autodiscover.site${index}.example.com`;
  return {
    product: old[1] ? 'exchange-server-2013' : 'exchange-server-se',
    realm: `mail${index}`,
    servers: [{ fqdn: `ex.site${index}.example.com` }],
    namespaces: { autodiscover: host, ews: { internal: host } },
    issuer: { certificate: certificateOf(made[1], `mail${index}`) },
  };
}

function certificateOf(made: boolean, name: string): JsonObject {
  return made ? { source: 'generate' } : { source: 'existing', public: `evidence/${name}.cer` };
}

function partnersOf(one: Pair, voice: string, mail: string): JsonObject[] {
  if (one.mutual) return [{ mutual: [voice, mail] }];
  return [
    {
      acceptor: voice,
      issuer: mail,
      ...(one.named !== undefined && { name: one.named }),
    },
    { acceptor: mail, issuer: voice, acceptSecurityIdentifiers: one.identifiers },
  ];
}

function scenarioOf(one: Pair, between: readonly string[], domain: string): JsonObject {
  return {
    kind: 'on-premises',
    between: [...between],
    features: {
      'unified-contact-store': one.store,
      ...(one.archiving !== undefined && {
        'exchange-archiving': {
          configuration: one.archiving,
          mode: 'ImOnly',
          policies: { Legal: { internal: true, external: false } },
        },
      }),
      ...(one.scheduling && { 'meeting-scheduling': 'on' }),
    },
    ...(one.probe && { probe: { sipUri: `sip:probe@${domain}` } }),
  };
}
