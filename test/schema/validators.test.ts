import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { EXPECTATIONS } from '../../src/generated/expectations.ts';
import { topology } from '../../src/generated/validators.cjs';
import { ROOT } from './walk.ts';

type Value = { [key: string]: unknown };

const EXAMPLES = readdirSync(`${ROOT}/examples`).flatMap(name => {
  const file = `${ROOT}/examples/${name}/topology.yaml`;
  return name.includes('.') ? [] : [[name, file] as const];
});

/** A complete topology with one deployment that says what is given. */
function withDeployment(settings: Value, rest: Value = {}): Value {
  return {
    apiVersion: 'concordat/v1',
    name: 'litware',
    realms: { litware: { sipDomains: { default: 'litwareinc.com' } } },
    deployments: { lync: { realm: 'litware', ...settings } },
    ...rest,
  };
}

const LYNC = { product: 'lync-server-2013', pools: [{ fqdn: 'pool01.litwareinc.com' }] };

/** `place keyword value` of every error that is not a mere echo of another. */
function errorsOf(value: unknown): string[] {
  if (topology(value)) return [];
  return (topology.errors ?? [])
    .filter(({ keyword }) => keyword !== 'if' && keyword !== 'propertyNames')
    .map(({ instancePath, keyword, params, propertyName }) => {
      const { additionalProperty, missingProperty, allowedValues } = params as Value;
      const name = (additionalProperty ?? missingProperty ?? propertyName) as string | undefined;
      const about = name ?? (allowedValues ? 'one of a list' : undefined);
      return [instancePath, keyword, ...(about ? [about] : [])].join(' ');
    });
}

describe('the language', () => {
  it.each(EXAMPLES)('has the example %s', (_, file) => {
    expect(errorsOf(parse(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('asks of the whole what a topology cannot do without', () => {
    expect(errorsOf({ apiVersion: 'concordat/v1' })).toEqual([
      ' required name',
      ' required realms',
      ' required deployments',
    ]);
    expect(errorsOf(withDeployment({ product: 'lync-server-2013' }))).toEqual([
      '/deployments/lync required pools',
    ]);
    expect(errorsOf({ ...withDeployment(LYNC), realms: { litware: { sipDomains: {} } } })).toEqual([
      '/realms/litware/sipDomains required default',
    ]);
  });

  it('takes names of 32 characters and no more', () => {
    const named = (name: string): Value => ({ ...withDeployment(LYNC), forests: { [name]: {} } });
    expect(errorsOf(named('a'.repeat(32)))).toEqual([]);
    for (const name of ['a'.repeat(33), 'Corp', '1corp', 'corp_x', '__proto__x', 'constructor.']) {
      expect(errorsOf(named(name)).length, name).toBeGreaterThan(0);
    }
  });

  it('lets own keys only count: an inherited name is not there', () => {
    const inherited = Object.create({ name: 'x', realms: {}, deployments: {} }) as Value;
    inherited['apiVersion'] = 'concordat/v1';
    expect(errorsOf(inherited)).toContain(' required name');
    const named = JSON.parse('{"__proto__": {}, "toString": {}}') as Value;
    expect(errorsOf({ ...withDeployment(LYNC), forests: named })).toEqual([
      '/forests pattern __proto__',
      '/forests pattern toString',
    ]);
  });
});

describe('an error names one branch', () => {
  const certificate = (value: Value): Value =>
    withDeployment({ ...LYNC, issuer: { certificate: value } });

  it('by the product of a deployment', () => {
    expect(errorsOf(withDeployment({ ...LYNC, namespaces: {} }))).toEqual([
      '/deployments/lync additionalProperties namespaces',
    ]);
    const other = { product: 'exchange-server-se', servers: [{ fqdn: 'ex01.litware.com' }] };
    expect(errorsOf(withDeployment({ ...other, namespaces: {} }))).toEqual([
      '/deployments/lync/namespaces required autodiscover',
    ]);
  });

  it('and of a product it does not know checks only what all have', () => {
    expect(errorsOf(withDeployment({ product: 'groupware-9', anything: 1 }))).toEqual([]);
    expect(errorsOf(withDeployment({ product: 'groupware-9', metadataHost: 'one' }))).toEqual([
      '/deployments/lync/metadataHost pattern',
    ]);
  });

  it.each([
    [{ source: 'existing', keySize: 2048 }, 'additionalProperties keySize'],
    [{ source: 'existing', lifetime: 'P2Y' }, 'additionalProperties lifetime'],
    [{ keySize: 2048 }, 'additionalProperties keySize'],
    [{ source: 'request', lifetime: 'P2Y' }, 'additionalProperties lifetime'],
    [{ source: 'import', keySize: 2048 }, 'additionalProperties keySize'],
  ])('by the source of a certificate: %j', (value, error) => {
    const at = '/deployments/lync/issuer/certificate';
    expect(errorsOf(certificate(value))).toEqual([`${at} ${error}`]);
  });

  it('and of an unknown source names the sources', () => {
    expect(errorsOf(certificate({ source: 'magic' }))).toEqual([
      '/deployments/lync/issuer/certificate/source enum one of a list',
    ]);
    const known = ['existing', 'host', 'request', 'import', 'generate'];
    for (const source of known) expect(errorsOf(certificate({ source })), source).toEqual([]);
  });

  it('by the kind of a scenario', () => {
    const scenario = (value: Value): Value => withDeployment(LYNC, { scenarios: [value] });
    const between = ['lync', 'exchange'];
    expect(errorsOf(scenario({ kind: 'microsoft-365', between, features: {} }))).toEqual([
      '/scenarios/0 additionalProperties features',
    ]);
    expect(errorsOf(scenario({ kind: 'hybrid', between }))).toEqual([
      '/scenarios/0/kind enum one of a list',
    ]);
    expect(errorsOf(scenario({ between }))).toEqual(['/scenarios/0 required kind']);
    for (const kind of ['on-premises', 'microsoft-365', 'cross-premises']) {
      expect(errorsOf(scenario({ kind, between })), kind).toEqual([]);
    }
  });

  it('by whether a partner is mutual', () => {
    const partner = (value: Value): Value => withDeployment(LYNC, { partners: [value] });
    expect(errorsOf(partner({ mutual: ['a', 'b'], metadataUrl: 'https://a.b' }))).toEqual([
      '/partners/0 additionalProperties metadataUrl',
    ]);
    expect(errorsOf(partner({ acceptor: 'a', level: 'admin' }))).toEqual([
      '/partners/0 required issuer',
      '/partners/0/level enum one of a list',
    ]);
  });
});

describe('what a rule refuses in its own words', () => {
  it.each(['tenant', 'alternateAudienceUrl', 'additionalAudienceUrls'])('passes: %s', key => {
    expect(errorsOf(withDeployment({ ...LYNC, [key]: 'https://a.b' }))).toEqual([]);
    expect(errorsOf(withDeployment(LYNC, { [key]: 1 }))).toEqual([` additionalProperties ${key}`]);
  });

  const SECRETS = [
    'password',
    'pfxPassword',
    'PASSWORD',
    'clientSecret',
    'privateKey',
    'pfx',
  ].concat(['private_key', 'passphrase', 'api-key', 'sharedAccessKey', 'accessToken', 'adminPwd']);

  it.each(SECRETS)('passes wherever it stands: %s', key => {
    const issuer = { [key]: { any: 'x' }, certificate: { source: 'generate', [key]: 'x' } };
    expect(errorsOf(withDeployment({ ...LYNC, issuer, [key]: 1 }, { [key]: ['x'] }))).toEqual([]);
  });

  it('passes: OAuth switched off, http, any key size, a file beside a key, a strange domain', () => {
    const issuer = { certificate: { source: 'generate', public: 'a.cer', keySize: 1024 } };
    const value = withDeployment(
      { ...LYNC, oauth: 'off', issuer },
      { partners: [{ acceptor: 'a', issuer: 'b', metadataUrl: 'http://a/b' }] },
    );
    value['realms'] = { litware: { sipDomains: { default: 'litware_inc' } } };
    expect(errorsOf(value)).toEqual([]);
  });

  it('and nothing else', () => {
    for (const key of [
      'passwort',
      'note',
      'x-team',
      'oauthOff',
      'publicKey',
      'tokenIssuer',
      'keys',
      'passive',
    ]) {
      expect(errorsOf(withDeployment({ ...LYNC, [key]: 1 })), key).toEqual([
        `/deployments/lync additionalProperties ${key}`,
      ]);
    }
  });
});

describe('words', () => {
  const scenario = (probe: Value): Value =>
    withDeployment(LYNC, { scenarios: [{ kind: 'on-premises', between: ['a', 'b'], probe }] });
  const roll = (effective: string): Value =>
    withDeployment({
      ...LYNC,
      issuer: { certificate: { source: 'host', roll: { current: 'a.cer', effective } } },
    });
  const file = (path: string): Value =>
    withDeployment({ ...LYNC, issuer: { certificate: { public: path } } });
  const life = (lifetime: string): Value =>
    withDeployment({ ...LYNC, issuer: { certificate: { source: 'generate', lifetime } } });
  const host = (fqdn: string): Value => withDeployment({ ...LYNC, pools: [{ fqdn }] });

  it.each([
    [
      'host',
      host,
      ['a.b', 'POOL01.litwareinc.com'],
      ['pool01', 'a_b.c', 'a..b', '-a.b', 'a.b.', 'ä.b'],
    ],
    ['file', file, ['a.cer', 'x/ä b.cer', '../a.cer'], ['/a', 'C:/a', 'a\\b', '', 'a\u0000']],
    ['duration', life, ['P1D', 'P18M', 'P2Y'], ['P0D', '2Y', 'P1.5Y', 'PT1H', 'p1y', 'P10000D']],
    [
      'instant',
      roll,
      ['2030-02-01T00:00:00Z', '2030-02-01T00:00:00+02:00'],
      ['2030-02-01', '2030-02-01T00:00:00', '2030-02-30T00:00:00Z', '02/01/2030 1:00 AM'],
    ],
    [
      'SIP address',
      (sipUri: string) => scenario({ sipUri }),
      ['sip:a@b.c', 'SIP:a.b+c@litwareinc.com'],
      ['a@b.c', 'sip:a', 'sip:a b@c.d', 'sips:a@b.c', "sip:a'b@c.d"],
    ],
  ])('%s', (_, make, good, bad) => {
    for (const text of good) expect(errorsOf(make(text)), text).toEqual([]);
    for (const text of bad) expect(errorsOf(make(text)).length, text).toBeGreaterThan(0);
  });

  it('have an expectation in words for every pattern and format that can fail', () => {
    for (const make of [
      host('a_b.c'),
      file('/a'),
      life('x'),
      roll('x'),
      scenario({ sipUri: 'x' }),
    ]) {
      expect(topology(make)).toBe(false);
      for (const { keyword, params } of topology.errors ?? []) {
        if (keyword !== 'pattern' && keyword !== 'format') continue;
        expect(EXPECTATIONS[String((params as Value)[keyword])]).toMatch(/^an? /);
      }
    }
  });
});

describe('many', () => {
  const many = (count: number, deployment: Value): Value => ({
    ...withDeployment(LYNC),
    deployments: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `d${index}`,
        { realm: 'litware', ...deployment },
      ]),
    ),
  });

  it('40,000 deployments are one topology', () => {
    expect(errorsOf(many(40_000, LYNC))).toEqual([]);
  });

  it('errors are collected up to a thousand, true ones only', () => {
    const found = errorsOf(many(40_000, { ...LYNC, one: 1, two: 2, metadataHost: '?' }));
    expect(found.length).toBeGreaterThan(600);
    expect(found.length).toBeLessThanOrEqual(1001);
    const kinds = new Set(found.map(text => text.replace(/d\d+/, 'd')));
    expect([...kinds].sort()).toEqual([
      '/deployments/d additionalProperties one',
      '/deployments/d additionalProperties two',
      '/deployments/d/metadataHost format',
      '/deployments/d/metadataHost pattern',
    ]);
  });

  it('and the next topology is judged afresh', () => {
    expect(errorsOf(withDeployment(LYNC))).toEqual([]);
  });
});
