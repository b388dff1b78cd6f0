import fc from 'fast-check';
import { certificateOf } from '../proof/bundle.ts';
import { testKeyPair } from '../support/keys.ts';
import { lyncPartner } from './cases.ts';
import { base64, FORMER, MORNING, thumbprintOf } from './estate.ts';
import { exchangeOrganisation } from './servers/exchange.ts';
import { issuerCertificate, lyncDeployment } from './servers/skype.ts';
import type { StoredObject, World } from './world.ts';

const LONG_AGO = '2025-06-01T00:00:00.0000000Z';
const IDS = {
  lync: '00000004-0000-0ff1-ce00-000000000000',
  exchange: '00000002-0000-0ff1-ce00-000000000000',
} as const;
const SIGNING = {
  lync: certificateOf(testKeyPair(0), 1),
  exchange: certificateOf(testKeyPair(1), 2),
  next: certificateOf(testKeyPair(2), 7),
};

/** Servers of two products in some state, and what of it a topology can say. */
export interface RandomEstate {
  readonly world: World;
  /** How it came about, to try it again. */
  readonly facts: Facts;
  /** Partners that an import must write. */
  readonly sayable: readonly string[];
}

export type Facts = typeof FACTS extends fc.Arbitrary<infer Value> ? Value : never;

const chance = (percent: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 0, max: 99 }).map(one => one < percent);
/** The usual one most of the time. */
const mostly = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> =>
  fc.oneof(
    { arbitrary: fc.constant(usual), weight: 2 * others.length },
    ...others.map(one => ({ arbitrary: fc.constant(one), weight: 1 })),
  );
const name = fc.oneof(
  fc.constantFrom('Exchange', 'exchange', 'mail server', "O'Brien & Söhne", '#1: {x}', 'null'),
  fc.string({ minLength: 1, maxLength: 30 }).filter(one => /^[^\s"*?:/\\[\]]+$/.test(one)),
);

const FACTS = fc.record({
  lync: fc.record({
    product: fc.constantFrom('lync-server-2013' as const, 'skype-for-business-server-se' as const),
    frontEnds: fc.integer({ min: 1, max: 4 }),
    pools: fc.integer({ min: 1, max: 3 }),
    ownWeb: fc.boolean(),
    domains: fc.integer({ min: 1, max: 4 }),
    pinned: mostly('', 'old.litwareinc.com', 'litwareinc.com'),
    signs: mostly('yes', 'staged', 'previous', 'unread', 'no'),
    autodiscover: mostly(
      'https://autodiscover.litware.com/autodiscover/autodiscover.svc',
      null,
      'https://mail.litware.com/elsewhere',
      'http://autodiscover.litware.com/autodiscover/autodiscover.svc',
    ),
    redirects: mostly('*.litware.com', null, '*.litware.com;mail.litware.de', '*bad*'),
    serviceName: mostly(IDS.lync, 'changed'),
    partner: mostly('usual', 'none', 'certificate', 'elsewhere', 'moved', 'insecure', 'hybrid'),
    name,
    level: fc.constantFrom('Full', 'Application', 'User'),
    enabled: chance(80),
    sids: chance(20),
    foreign: chance(40),
    contacts: fc.constantFrom('on', 'off', 'none'),
    contactPolicies: fc.uniqueArray(name, { maxLength: 3 }),
    archiving: mostly('none', 'global', 'site', 'both', 'odd'),
    archivingPolicies: fc.uniqueArray(name, { maxLength: 4, selector: one => one.toLowerCase() }),
  }),
  exchange: fc.record({
    product: fc.constantFrom('exchange-server-2013' as const, 'exchange-server-se' as const),
    servers: fc.integer({ min: 1, max: 3 }),
    domains: fc.uniqueArray(fc.constantFrom('litware.de', '*.litware.de', 'eu.litware.com'), {
      maxLength: 3,
    }),
    pinned: mostly('', 'mail.litware.com', 'litware.com'),
    signs: mostly('yes', 'staged', 'previous', 'unread', 'no'),
    partner: mostly(
      'usual',
      'none',
      'elsewhere',
      'moved',
      'insecure',
      'hybrid',
      'twice',
      'keyless',
    ),
    name,
    account: mostly('usual', 'none', 'other'),
    roles: fc.subarray(['UserApplication', 'ArchiveApplication', 'LegalHoldApplication']),
    enabled: chance(80),
    sids: chance(20),
    shipped: chance(80),
    foreign: chance(40),
  }),
});

/** The state of a number: the same whenever it is asked for. */
export function randomEstate(seed: number): RandomEstate {
  const [facts] = fc.sample(FACTS, { seed, numRuns: 1 });
  if (!facts) throw new Error('no sample');
  const lync = lyncSide(facts.lync);
  const exchange = exchangeSide(facts.exchange);
  const world: World = {
    clock: MORNING,
    seed: String(seed),
    here: {
      deployment: null,
      host: '',
      user: 'CORP\\ops',
      elevated: true,
      groups: ['CsAdministrator', 'Organization Management'],
    },
    deployments: { ...lync.deployments, ...exchange.deployments },
    servers: { ...lync.servers, ...exchange.servers },
    web: { ...lync.web, ...exchange.web },
  };
  const objects = world.deployments[nameOf(facts.lync)]?.objects ?? {};
  stateOfLync(objects, facts);
  stateOfExchange(world.deployments['exchange']?.objects ?? {}, facts);
  return { world, facts, sayable: sayableIn(facts) };
}

/** As an import calls it. */
function nameOf({ product }: Pick<Facts['lync'], 'product'>): string {
  return product === 'lync-server-2013' ? 'lync' : 'skype';
}

function lyncSide(facts: Facts['lync']): ReturnType<typeof lyncDeployment> {
  const part = lyncDeployment({
    name: nameOf(facts),
    product: facts.product,
    pool: 'pool01.litwareinc.com',
    internalWeb: facts.ownWeb ? 'webint.litwareinc.com' : 'pool01.litwareinc.com',
    externalWeb: facts.ownWeb ? 'web.litwareinc.com' : '',
    frontEnds: Array.from({ length: facts.frontEnds }, (_, at) => `fe0${at}.litwareinc.com`),
    sipDomains: ['litwareinc.com', 'litware.net', 'eu.litware.net', 'litware.org'].slice(
      0,
      facts.domains,
    ),
    since: LONG_AGO,
    ...(facts.signs !== 'no' && { certificate: SIGNING.lync }),
  });
  const objects: Objects = part.deployments[nameOf(facts)]?.objects ?? {};
  for (let at = 2; at <= facts.pools; at++) {
    const Identity = `pool0${at}.litwareinc.com`;
    objects['CsPool']?.push({ Identity, Computers: [`x${at}.litwareinc.com`], Site: 'HQ' });
  }
  return part;
}

function exchangeSide(facts: Facts['exchange']): ReturnType<typeof exchangeOrganisation> {
  return exchangeOrganisation({
    name: 'exchange',
    product: facts.product,
    documentedAs:
      facts.product === 'exchange-server-2013' ? 'Exchange Server 2013' : 'Exchange Server SE',
    build: facts.product === 'exchange-server-2013' ? '15.0.1497.48' : '15.2.2562.17',
    domain: 'corp.litware.com',
    servers: Array.from({ length: facts.servers }, (_, at) => `ex0${at}.litware.com`),
    acceptedDomains: ['litware.com', ...facts.domains],
    autodiscover: 'autodiscover.litware.com',
    authCertificate: base64(SIGNING.exchange),
    transportCertificate: base64(FORMER.transport),
    since: LONG_AGO,
  });
}

type Objects = Record<string, StoredObject[]>;

function stateOfLync(objects: Objects, facts: Facts): void {
  const { lync } = facts;
  const [settings = {}] = objects['CsOAuthConfiguration'] ?? [];
  Object.assign(settings, {
    Realm: lync.pinned,
    ServiceName: lync.serviceName,
    ExchangeAutodiscoverUrl: lync.autodiscover,
    ExchangeAutodiscoverAllowedDomains: lync.redirects,
  });
  if (lync.signs === 'staged') {
    const staged = issuerCertificate(SIGNING.next, 'current', '2026-04-01T00:00:00.0000000Z');
    objects['CsCertificate'] = [staged, issuerCertificate(SIGNING.lync, 'previous', LONG_AGO)];
  }
  if (lync.signs === 'previous') {
    objects['CsCertificate']?.push(issuerCertificate(SIGNING.next, 'previous', LONG_AGO));
  }
  objects['CsPartnerApplication'] = partnersOfLync(facts);
  if (lync.foreign) {
    const acs = {
      Identity: 'acs',
      IssuerIdentifier: 'a',
      Realm: 'b',
      MetadataUrl: 'c',
      Type: 'Acs',
    };
    objects['CsOAuthServer'] = [{ ...acs, AcceptSecurityIdentifierInformation: false }];
  }
  objects['CsUserServicesPolicy'] = [
    ...(lync.contacts === 'none'
      ? []
      : [{ Identity: 'Global', UcsAllowed: lync.contacts === 'on' }]),
    ...lync.contactPolicies.map((one, at) => ({ Identity: `Tag:${one}`, UcsAllowed: at === 0 })),
  ];
  archivingOfLync(objects, facts);
}

function archivingOfLync(
  objects: Objects,
  { lync: { archiving, archivingPolicies } }: Facts,
): void {
  const isOn = (where: string): boolean => archiving === where || archiving === 'both';
  const mode = (on: boolean): StoredObject => ({
    EnableArchiving: on ? 'ImAndWebConf' : 'None',
    EnableExchangeArchiving: on || archiving === 'odd',
  });
  objects['CsArchivingConfiguration'] = [
    { Identity: 'Global', ...mode(isOn('global')) },
    ...(isOn('site') ? [{ Identity: 'Site:HQ', ...mode(true) }] : []),
  ];
  objects['CsArchivingPolicy'] = [
    { Identity: 'Global', ArchiveInternal: false, ArchiveExternal: false },
    ...archivingPolicies.map((one, at) => ({
      Identity: `Tag:${one}`,
      ArchiveInternal: at % 2 === 0,
      ArchiveExternal: at % 3 === 0,
    })),
  ];
}

function partnersOfLync({ lync, exchange }: Facts): StoredObject[] {
  const foreign = lync.foreign
    ? [lyncPartner('portal', '00000003-0000-0ff1-ce00-000000000000', 'metadata')]
    : [];
  if (lync.partner === 'none') return foreign;
  const host = {
    moved: 'https://mail.litware.com',
    insecure: 'http://autodiscover.litware.com',
  }[lync.partner];
  const source = { certificate: 'certificate', hybrid: 'oauth-server' }[lync.partner];
  return [
    ...foreign,
    {
      ...lyncPartner(lync.name, IDS.exchange, source ?? 'metadata'),
      Realm:
        lync.partner === 'elsewhere' ? 'elsewhere.example.com' : realmOf(exchange, 'litware.com'),
      metadataUrl: `${host ?? 'https://autodiscover.litware.com'}/autodiscover/metadata/json/1`,
      keys: [base64(SIGNING.exchange)],
      ApplicationTrustLevel: lync.level,
      Enabled: lync.enabled,
      AcceptSecurityIdentifierInformation: lync.sids,
    },
  ];
}

function realmOf({ pinned }: { readonly pinned: string }, usual: string): string {
  return pinned === '' ? usual : pinned;
}

function stateOfExchange(objects: Objects, facts: Facts): void {
  const { exchange } = facts;
  const [config = {}] = objects['AuthConfig'] ?? [];
  const slots = {
    yes: {},
    unread: { CurrentCertificateThumbprint: 'A'.repeat(40) },
    no: { CurrentCertificateThumbprint: '' },
    previous: { PreviousCertificateThumbprint: 'B'.repeat(40) },
    staged: {
      NextCertificateThumbprint: thumbprintOf(SIGNING.next),
      NextCertificateEffectiveDate: '2026-04-01T00:00:00.0000000Z',
    },
  }[exchange.signs];
  Object.assign(config, { Realm: exchange.pinned }, slots);
  if (!exchange.shipped) objects['PartnerApplication'] = [];
  const account = {
    usual: 'LyncEnterprise-ApplicationAccount',
    other: 'Exchange Online-ApplicationAccount',
  }[exchange.account];
  objects['PartnerApplication']?.push(...partnersOfExchange(facts, account ?? null, config));
  if (account !== undefined) accountOf(objects, account, exchange.roles);
}

function accountOf(objects: Objects, account: string, roles: readonly string[]): void {
  const [like = {}] = objects['User'] ?? [];
  const more = { RecipientTypeDetails: 'MailUser', AccountDisabled: true };
  objects['User']?.push({ ...like, Name: account, Alias: account, ...more });
  const [assigned = {}] = objects['ManagementRoleAssignment'] ?? [];
  for (const Role of roles) {
    const own = { Role, RoleAssigneeName: account, Name: `${Role}-${account}`.slice(0, 64) };
    objects['ManagementRoleAssignment']?.push({ ...assigned, ...own });
  }
}

function partnersOfExchange(
  { exchange, lync }: Facts,
  account: string | null,
  like: StoredObject,
): StoredObject[] {
  const dated = { WhenCreatedUTC: like['WhenCreatedUTC'], WhenChangedUTC: like['WhenChangedUTC'] };
  const host = lync.ownWeb ? 'webint.litwareinc.com' : 'pool01.litwareinc.com';
  const usual = {
    Name: exchange.name,
    ApplicationIdentifier: IDS.lync,
    Realm: realmOf(lync, 'litwareinc.com'),
    AuthMetadataUrl: `https://${host}/metadata/json/1`,
    UseAuthServer: exchange.partner === 'hybrid',
    AcceptSecurityIdentifierInformation: exchange.sids,
    CertificateStrings: [base64(SIGNING.lync)],
    LinkedAccount: account,
    Enabled: exchange.enabled,
    ...dated,
  };
  const others = exchange.foreign
    ? [{ ...usual, Name: 'portal', ApplicationIdentifier: '00000003-0000-0ff1-ce00-000000000000' }]
    : [];
  const own = {
    none: [],
    elsewhere: [{ ...usual, Realm: 'elsewhere.example.com' }],
    moved: [{ ...usual, AuthMetadataUrl: 'https://old.litwareinc.com/metadata/json/1' }],
    insecure: [{ ...usual, AuthMetadataUrl: `http://${host}/metadata/json/1` }],
    keyless: [{ ...usual, AuthMetadataUrl: '' }],
    twice: [usual, { ...usual, Name: `${exchange.name} 2` }],
  }[exchange.partner];
  return [...others, ...(own ?? [usual])];
}

/** What no import may set aside: nothing about it is odd. */
function sayableIn({ lync, exchange }: Facts): string[] {
  const isSound =
    lync.serviceName === IDS.lync &&
    [lync.signs, exchange.signs].every(one => ['yes', 'staged', 'previous'].includes(one));
  const atLync = ['usual', 'moved'].includes(lync.partner);
  const atExchange =
    ['usual', 'moved'].includes(exchange.partner) &&
    exchange.account === 'usual' &&
    ['UserApplication', 'ArchiveApplication'].every(role => exchange.roles.includes(role));
  if (!isSound) return [];
  // A trust both ways must say whether contacts move, and moving them wants all of it.
  const isUnsaid = lync.contacts === 'none' || (lync.contacts === 'on' && lync.level !== 'Full');
  if (atLync && atExchange && isUnsaid) return [];
  const name = nameOf(lync);
  return [
    ...(atExchange ? [`partner/exchange/${name}`] : []),
    ...(atLync ? [`partner/${name}/exchange`] : []),
  ];
}
