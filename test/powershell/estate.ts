import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Resource } from '../../src/graph/resource.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { makeCertificate } from '../../src/render/certificate.ts';
import { certificateOf } from '../proof/bundle.ts';
import { testKeyPair } from '../support/keys.ts';
import type { Rendered } from '../support/rendered.ts';
import { exchangeOrganisation } from './servers/exchange.ts';
import { lyncDeployment } from './servers/skype.ts';
import type { Seat } from './stage.ts';
import type { World } from './world.ts';

/** When the simulated day begins: an hour after the artifacts of the tests are made. */
export const MORNING = '2026-03-01T13:00:00.0000000Z';
/** Since when the servers are as they are. */
const LONG_AGO = '2025-06-01T00:00:00.0000000Z';

/** Certificates that servers had before anybody wrote a topology. */
export const FORMER = {
  /** Ended a month ago. */
  ended: certificateOf(testKeyPair(3), 9, '2026-02-01T00:00:00Z'),
  /** Signs today, and ends in twenty days. */
  ending: certificateOf(testKeyPair(3), 10, '2026-03-21T13:00:00Z'),
  transport: certificateOf(testKeyPair(2), 11),
} as const;

/** Certificates of the name that a server gives to one that it makes for signing. */
export const MADE = {
  today: madeHere(21, '2026-03-01T09:00:00Z'),
  alsoToday: madeHere(22, '2026-03-01T10:00:00Z'),
  longAgo: madeHere(23, '2026-02-20T09:00:00Z'),
  otherwiseNamed: madeHere(24, '2026-03-01T09:00:00Z', 'CN=mail.example.com'),
} as const;

function madeHere(
  serial: number,
  from: string,
  subject = 'CN=Microsoft Exchange Server Auth Certificate',
): Uint8Array {
  return makeCertificate({
    subject,
    names: [],
    keyPair: testKeyPair(2),
    serial: new Uint8Array(16).fill(serial),
    notBefore: new Date(from),
    notAfter: new Date('2031-02-01T00:00:00Z'),
    usages: ['digitalSignature', 'keyEncipherment'],
    extendedUsages: ['serverAuth'],
  });
}

/** What signs on a side before the first script runs there; bytes: that certificate. */
export type Signing = 'declared' | 'ended' | 'ending' | 'none' | Uint8Array;

/** Servers as they are before anything of a topology was done: two products, ready for a trust. */
export function estateOf(rendered: Rendered, signing: (side: string) => Signing): World {
  const parts = sidesOf(rendered).map(side => partOf(rendered, side, signing(side.name)));
  const merged = <Key extends 'deployments' | 'servers' | 'web'>(key: Key): World[Key] =>
    Object.assign({}, ...parts.map(part => part[key])) as World[Key];
  return {
    clock: MORNING,
    seed: rendered.name,
    here: { deployment: null, host: '', user: 'CORP\\ops', elevated: true, groups: GROUPS },
    deployments: merged('deployments'),
    servers: merged('servers'),
    web: merged('web'),
  };
}

const GROUPS = ['CsAdministrator', 'Organization Management'];

/** One side of a topology, as far as servers know of it. */
export interface Side {
  readonly name: string;
  readonly product: string;
  readonly family: string;
  readonly settings: JsonObject;
  readonly domains: readonly string[];
}

/** All deployments that a rendered topology has scripts for. */
export function sidesOf({ checked }: Rendered): Side[] {
  const { topology, installations } = checked.subject;
  return [...topology.deployments.values()].map(({ name, product, realm, settings }) => {
    const facts = installations.get(name)?.product;
    const domains = topology.realms.get(realm)?.domains.get(facts?.realm.from ?? '');
    const all = [domains?.default ?? '', ...(domains?.additional ?? [])];
    return { name, product, family: facts?.family ?? '', settings, domains: all };
  });
}

/** Where a person sits for a step of a side: the declared host, or its first server. */
export function seatAt(side: Side, host: string = serversOf(side)[0] ?? ''): Seat {
  return { deployment: side.name, host };
}

export function serversOf({ settings }: Side): string[] {
  const pools = (settings['pools'] ?? []) as { servers?: string[]; fqdn: string }[];
  const servers = (settings['servers'] ?? []) as { fqdn: string }[];
  return [...pools.flatMap(pool => pool.servers ?? [pool.fqdn]), ...servers.map(one => one.fqdn)];
}

function partOf(rendered: Rendered, side: Side, signing: Signing): Part {
  const certificate = certificateFor(rendered, side, signing);
  return side.family === 'exchange-server'
    ? exchangePart(side, certificate, signing)
    : lyncPart(side, certificate);
}

type Part = Pick<World, 'deployments' | 'servers' | 'web'>;

function lyncPart(side: Side, certificate: Uint8Array | undefined): Part {
  const [pool] = side.settings['pools'] as {
    fqdn: string;
    internalWebServices: string;
    externalWebServices: string;
  }[];
  return lyncDeployment({
    name: side.name,
    product: side.product as 'lync-server-2013',
    pool: pool?.fqdn ?? '',
    internalWeb: pool?.internalWebServices ?? '',
    externalWeb: pool?.externalWebServices ?? '',
    frontEnds: serversOf(side),
    sipDomains: side.domains,
    since: LONG_AGO,
    ...(certificate && { certificate }),
  });
}

const EXCHANGE_BUILDS: Readonly<Record<string, readonly [documentedAs: string, build: string]>> = {
  'exchange-server-2013': ['Exchange Server 2013', '15.0.1497.48'],
  'exchange-server-se': ['Exchange Server SE', '15.2.2562.17'],
};

function exchangePart(side: Side, certificate: Uint8Array | undefined, signing: Signing): Part {
  const [documentedAs = '', build = ''] = EXCHANGE_BUILDS[side.product] ?? [];
  const { autodiscover } = side.settings['namespaces'] as { autodiscover: string };
  const part = exchangeOrganisation({
    name: side.name,
    product: side.product,
    documentedAs,
    build,
    domain: 'corp.example.com',
    servers: serversOf(side),
    acceptedDomains: side.domains,
    autodiscover,
    authCertificate: base64(certificate ?? FORMER.ended),
    transportCertificate: base64(FORMER.transport),
    since: LONG_AGO,
    installPath: installFolder(),
  });
  if (signing === 'none') {
    for (const one of part.deployments[side.name]?.objects['AuthConfig'] ?? []) {
      one['CurrentCertificateThumbprint'] = '';
    }
  }
  return part;
}

let installed: string | undefined;

/** A folder as setup of the product leaves it: with the vendor's script, re-enacted. */
function installFolder(): string {
  if (installed === undefined) {
    installed = mkdtempSync(join(tmpdir(), 'concordat-v15-'));
    const script = 'Configure-EnterprisePartnerApplication.ps1';
    mkdirSync(join(installed, 'Scripts'));
    const own = fileURLToPath(new URL(`vendor/${script}`, import.meta.url));
    copyFileSync(own, join(installed, 'Scripts', script));
  }
  return installed;
}

function certificateFor(
  rendered: Rendered,
  { name }: Side,
  signing: Signing,
): Uint8Array | undefined {
  if (signing === 'none') return undefined;
  if (typeof signing !== 'string') return signing;
  if (signing !== 'declared') return FORMER[signing];
  const path = `${name}/certificates/issuer.cer`;
  return rendered.proposal.artifacts.find(one => one.path === path)?.bytes;
}

/** The issuer certificate of a side, as the topology declares it. */
export function declaredCertificate({ checked }: Rendered, side: string): Resource | undefined {
  return checked.graph.resources.find(
    ({ kind, deployment }) => kind === 'certificate' && deployment === side,
  );
}

export function thumbprintOf(certificate: Uint8Array): string {
  return new X509Certificate(certificate).fingerprint.replaceAll(':', '');
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** The same world some minutes later. */
export function later(world: World, minutes: number): World {
  const clock = new Date(Date.parse(world.clock) + minutes * 60_000).toISOString();
  return { ...world, clock };
}
