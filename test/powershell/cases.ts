import type { Resource } from '../../src/graph/resource.ts';
import { scriptPath } from '../../src/products/scripts.ts';
import { removalPath } from '../../src/products/scripts.ts';
import { certificateOf } from '../proof/bundle.ts';
import { testKeyPair } from '../support/keys.ts';
import type { Rendered } from '../support/rendered.ts';
import { chargeOf, ELSEWHERE, formerUrl, type Charge } from './declared.ts';
import { storeCertificate } from './servers/exchange.ts';
import {
  base64,
  declaredCertificate,
  later,
  MADE,
  seatAt,
  serversOf,
  sidesOf,
  type Side,
  type Signing,
} from './estate.ts';
import { readRunbook } from './runbook.ts';
import type { Case } from './runs.ts';
import { play, type Moment, type Seat, type Stage } from './stage.ts';
import type { StoredObject, World } from './world.ts';

/** One step of a runbook as far as runs need it. */
export interface StepOfRunbook {
  readonly script: string;
  readonly undo: string | undefined;
  readonly side: Side;
  readonly seats: readonly Seat[];
  readonly resource: Resource | undefined;
  readonly removed: boolean;
}

/** A script in the order of its runbook, with the servers as they are when its turn comes. */
export interface Turn {
  readonly step: StepOfRunbook;
  readonly start: Moment;
}

/** Servers take on what was changed while a person goes from one step to the next. */
const BETWEEN_STEPS = 20;

/** The steps of a stage's runbook. */
export function stepsOfStage({ rendered }: Stage): StepOfRunbook[] {
  const text = rendered.proposal.artifacts.find(({ path }) => path === 'RUNBOOK.md');
  if (!text) return [];
  const sides = new Map(sidesOf(rendered).map(side => [side.name, side]));
  return readRunbook(Buffer.from(text.bytes).toString()).steps.map(step => {
    const side = sides.get(step.deployment);
    if (!side) throw new Error(`no deployment ${step.deployment}`);
    const script = pathIn(step.lines.at(-1) ?? '');
    const hosts = step.servers.length > 0 ? step.servers : serversOf(side).slice(0, 1);
    return {
      script,
      undo: step.undo === undefined ? undefined : pathIn(step.undo),
      side,
      seats: hosts.map(host => seatAt(side, host)),
      ...resourceOf(rendered, script),
    };
  });
}

/** `.\lync\scripts\x.ps1 -Pfx …` is the script `lync/scripts/x.ps1`. */
function pathIn(line: string): string {
  return (/^\.\\(\S+\.ps1)/.exec(line)?.[1] ?? '').replaceAll('\\', '/');
}

function resourceOf(
  { checked, before }: Rendered,
  script: string,
): Pick<StepOfRunbook, 'resource' | 'removed'> {
  const { installations } = checked.subject;
  const made = checked.graph.resources.find(one => {
    const product = installations.get(one.deployment)?.product;
    return product && scriptPath(product, one) === script;
  });
  const gone = before.find(one => removalPath(one.address) === script);
  return { resource: made ?? gone, removed: made === undefined && gone !== undefined };
}

/** What signs on each side of a fresh estate: as much as the certificate's source asks for. */
export function freshSigning(rendered: Rendered): (side: string) => Signing {
  return side => {
    const attributes = declaredCertificate(rendered, side)?.attributes ?? {};
    if (attributes['effective']) return certificateOf(testKeyPair(4), 4);
    if (attributes['source'] === 'existing') {
      return attributes['thumbprint'] ? 'declared' : certificateOf(testKeyPair(4), 4);
    }
    const family = sidesOf(rendered).find(({ name }) => name === side)?.family;
    return family === 'exchange-server' ? 'ended' : 'none';
  };
}

/** Goes through a runbook from its beginning; every script's turn with what the ones before left. */
export async function turnsOf(stage: Stage, start: World, steps = /./): Promise<Turn[]> {
  return (await walk(stage, start, steps)).turns;
}

/** The world when a whole runbook was followed. */
export async function worldAfter(stage: Stage, start: World): Promise<World> {
  return (await walk(stage, start, /./)).world;
}

async function walk(
  stage: Stage,
  start: World,
  steps: RegExp,
): Promise<{ turns: Turn[]; world: World }> {
  const turns: Turn[] = [];
  let moment: Moment = { world: start, files: new Map() };
  for (const step of stepsOfStage(stage).filter(({ script }) => steps.test(script))) {
    turns.push({ step, start: moment });
    for (const seat of step.seats) {
      const { entered, after } = await play(stage, moment, { seat, script: step.script });
      if (entered.exit !== 0) {
        throw new Error(`${stage.rendered.name}: ${step.script}:\n${entered.seen.join('\n')}`);
      }
      moment = { ...after, world: await settledLater(stage, after.world) };
    }
  }
  return { turns, world: moment.world };
}

/** The same world when its servers have taken on what was changed. */
async function settledLater({ shell }: Stage, world: World): Promise<World> {
  const session = await shell.enter(later(world, BETWEEN_STEPS), []);
  return session.world;
}

/** A case of one turn in one state. */
export function caseOf(
  stage: Stage,
  { step, start }: Turn,
  state: string,
  change: (world: World) => void = () => undefined,
): Case {
  const [seat] = step.seats;
  if (!seat) throw new Error(`nobody sits anywhere for ${step.script}`);
  const charge = chargeIn(step);
  const world = structuredClone(start.world);
  change(world);
  const stays = STAYS[`${step.side.family} ${kindOf(step)}`];
  return {
    stage,
    script: step.script,
    undo: step.undo,
    seat,
    state,
    start: { world, files: start.files },
    missing: now => charge.missing(now),
    settled,
    foreign(now) {
      const copy = structuredClone(now);
      charge.withoutOurs(copy);
      return settled(copy);
    },
    ...(stays && { stays }),
    besides(now) {
      const copy = structuredClone(now);
      charge.withoutKept?.(copy);
      return settled(copy);
    },
  };
}

export function chargeIn({ side, resource, removed, script }: StepOfRunbook): Charge {
  if (resource) return chargeOf(side.family, resource, removed);
  if (/50-restart|70-live-check/.test(script)) return RESTART;
  throw new Error(`${script} answers for nothing`);
}

/** Restarts change no object but the services themselves, and a check changes nothing. */
const RESTART: Charge = {
  missing: () => [],
  withoutOurs(world) {
    for (const { services } of Object.values(world.servers)) {
      for (const one of Object.values(services)) one.status = '';
    }
  },
  drifts: {},
};

function kindOf({ resource, script }: StepOfRunbook): string {
  return resource?.kind ?? script;
}

/** What undo leaves behind: templates/powershell/irreversible.yaml, as a person reads it. */
const STAYS: Readonly<Record<string, RegExp>> = {
  'skype-for-business-server certificate':
    /issuer certificate, |in the store of this computer|asked of your authority/,
  'exchange-server certificate': /auth, |certificate that was brought/,
  'exchange-server partner': /the account \S+, without the partner/,
  'skype-for-business-server feature': /contacts that have moved/,
};

/** What changes by itself, or says only when or on which controller something was done. */
const VOLATILE = new Set([
  'clock',
  'here',
  'earlier',
  'Guid',
  'WhenChangedUTC',
  'WhenCreatedUTC',
  'upToDateAt',
  'holds',
  'cmsChangedAt',
  'UpdateTime',
  'since',
  'Removed',
  'contactsMoving',
  'deploys',
  'promotes',
]);

/**
 * A world without what changes by itself; lists of objects in an order of their own. What is empty
 * is as good as not there.
 */
export function settled(world: World): unknown {
  return settle(world);
}

function settle(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(settle);
    const isObjects = items.every(item => typeof item === 'object' && item !== null);
    return isObjects ? items.map(item => JSON.stringify(item)).sort() : items;
  }
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value)
    .filter(([name, item]) => !VOLATILE.has(name) && item !== '' && item !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, settle(item)]));
}

/** Objects of others on every side: an estate that has been in use for years. */
export function inUse(world: World): void {
  for (const { family, objects } of Object.values(world.deployments)) {
    if (family === 'exchange-server') foreignExchange(objects);
    else foreignLync(objects);
  }
}

const TENANT = '7a9c0c1e-1f0a-4c8e-9a57-5d3a6f0e2b11';
const FORMER_TENANT = '5b1a7c44-7d0e-4c1f-8a1c-0d8f0a2d9e60';
const ACS = '00000001-0000-0000-c000-000000000000';

function foreignLync(objects: Record<string, StoredObject[]>): void {
  objects['CsOAuthServer']?.push({
    Identity: 'microsoft.sts',
    MetadataUrl: `https://accounts.accesscontrol.windows.net/${TENANT}/metadata/json/1`,
    IssuerIdentifier: ACS,
    Realm: TENANT,
    Type: 'Acs',
    AcceptSecurityIdentifierInformation: false,
  });
  objects['CsPartnerApplication']?.push(
    lyncPartner('microsoft.exchange', '00000002-0000-0ff1-ce00-000000000000', 'oauth-server'),
    lyncPartner('microsoft.sharepoint', '00000003-0000-0ff1-ce00-000000000000', 'metadata'),
  );
  objects['CsArchivingPolicy']?.push({
    Identity: 'Tag:Board',
    ArchiveInternal: true,
    ArchiveExternal: true,
  });
}

/** Somebody else's partner as Lync keeps it. */
export function lyncPartner(Identity: string, id: string, source: string): StoredObject {
  return {
    Identity,
    ApplicationIdentifier: id,
    Realm: source === 'metadata' ? 'portal.example.com' : '',
    source,
    keys: [],
    metadataUrl: source === 'metadata' ? 'https://portal.example.com/metadata/json/1' : null,
    ApplicationTrustLevel: 'Full',
    AcceptSecurityIdentifierInformation: false,
    Enabled: true,
  };
}

function foreignExchange(objects: Record<string, StoredObject[]>): void {
  const [auth] = objects['AuthConfig'] ?? [];
  const dated = {
    WhenCreatedUTC: auth?.['WhenCreatedUTC'],
    WhenChangedUTC: auth?.['WhenChangedUTC'],
  };
  objects['AuthServer']?.push({
    Name: 'WindowsAzureACS',
    Type: 'MicrosoftACS',
    IssuerIdentifier: ACS,
    Realm: TENANT,
    AuthMetadataUrl: `https://accounts.accesscontrol.windows.net/${TENANT}/metadata/json/1`,
    DomainName: [],
    Enabled: true,
    ...dated,
  });
  objects['AuthServer']?.push({
    Name: 'FormerTenant',
    Type: 'MicrosoftACS',
    IssuerIdentifier: ACS,
    Realm: FORMER_TENANT,
    AuthMetadataUrl: `https://accounts.accesscontrol.windows.net/${FORMER_TENANT}/metadata/json/1`,
    DomainName: [],
    Enabled: false,
    ...dated,
  });
  objects['PartnerApplication']?.push({
    Name: 'SharePointEnterprise-foreign',
    ApplicationIdentifier: '00000003-0000-0ff1-ce00-000000000000',
    Realm: 'portal.example.com',
    AuthMetadataUrl: 'https://portal.example.com/metadata/json/1',
    UseAuthServer: false,
    AcceptSecurityIdentifierInformation: false,
    CertificateStrings: [],
    LinkedAccount: null,
    Enabled: true,
    ...dated,
  });
}

/** Something done to all servers before a script's turn. */
export type Change = (world: World) => void;

export function together(...changes: readonly (Change | undefined)[]): Change {
  return world => {
    for (const change of changes) change?.(world);
  };
}

/**
 * Others that look like ours: the other half of a hybrid, with the same id by an authorization
 * server; where realms tell partners apart one of another realm, and one of ours with another id.
 */
export function besideAlike({ step }: Turn): Change | undefined {
  const { resource, side } = step;
  if (resource?.kind !== 'partner') return undefined;
  const { principal, realm } = resource.attributes;
  const id = String(principal);
  return world => {
    const objects = world.deployments[side.name]?.objects ?? {};
    if (side.family === 'exchange-server') {
      const like = objects['PartnerApplication']?.[0] ?? {};
      const alike = (Name: string, more: StoredObject): StoredObject => {
        const AuthMetadataUrl = `https://${Name}.example.com/metadata/json/1`;
        const own = { Name, ApplicationIdentifier: id, Realm: realm, AuthMetadataUrl };
        return { ...like, ...own, UseAuthServer: false, ...more };
      };
      objects['PartnerApplication']?.push(
        alike('hybrid', { UseAuthServer: true }),
        alike('elsewhere', { Realm: ELSEWHERE }),
        alike('other', { ApplicationIdentifier: '00000003-0000-0ff1-ce00-000000000000' }),
      );
    } else objects['CsPartnerApplication']?.push(lyncPartner('hybrid.twin', id, 'oauth-server'));
  };
}

/** Where the partner's document stood before it moved. */
export function withFormerUrl({ step: { resource } }: Turn): Change {
  return world => {
    if (resource?.kind !== 'partner' || !resource.attributes['metadataUrl']) return;
    world.web[formerUrl(resource.attributes)] = { deployment: String(resource.name) };
  };
}

/** The declared certificate that signs today, twenty days before its end. */
export function endingSoon({ step }: Turn): Change | undefined {
  const { resource, side } = step;
  if (resource?.kind !== 'certificate' || resource.attributes['source'] !== 'existing') {
    return undefined;
  }
  return world => {
    for (const server of Object.values(world.servers)) {
      if (server.deployment !== side.name) continue;
      for (const one of server.certificates) {
        if (one.thumbprint === resource.attributes['thumbprint']) {
          one.notAfter = '2026-03-21T13:00:00.0000000Z';
        }
      }
    }
  };
}

/** Certificates that look like one that the script has just made, and are none of its own. */
export function madeBefore({ step }: Turn): Change | undefined {
  const { resource, side } = step;
  const { source, thumbprint } = resource?.attributes ?? {};
  // Where the server keeps the one it has, nobody asks who made another one today.
  const all =
    source === 'host'
      ? [
          storeCertificate(base64(MADE.otherwiseNamed)),
          storeCertificate(base64(MADE.today), { hasPrivateKey: false }),
          storeCertificate(base64(MADE.longAgo)),
        ]
      : [storeCertificate(base64(MADE.today))];
  if (source !== 'host' && (source !== 'existing' || thumbprint)) return undefined;
  return world => {
    for (const server of Object.values(world.servers)) {
      if (server.deployment === side.name) server.certificates.unshift(...structuredClone(all));
    }
  };
}

/** Two partners that both could be ours: nobody can tell which one is meant. */
export function doubled({ step }: Turn): Change | undefined {
  if (step.resource?.kind !== 'partner' || step.removed) return undefined;
  return world => {
    const { ours, objects } = partnerIn(world, step);
    const twin = { ...structuredClone(ours), Name: 'Twin' };
    objects.push('Identity' in ours ? { ...twin, Identity: 'Twin' } : twin);
  };
}

/** Somebody made ours before us, and called it something else. */
export function underAnotherName({ step }: Turn): Change | undefined {
  if (step.resource?.kind !== 'partner' || step.removed) return undefined;
  return world => {
    const { ours } = partnerIn(world, step);
    ours['Identity' in ours ? 'Identity' : 'Name'] = 'Elsewhere';
  };
}

/** The partner that a script answers for, among the others. */
export function partnerIn(
  world: World,
  { resource, side }: StepOfRunbook,
): { ours: StoredObject; objects: StoredObject[] } {
  const kind = side.family === 'exchange-server' ? 'PartnerApplication' : 'CsPartnerApplication';
  const objects = world.deployments[side.name]?.objects[kind] ?? [];
  const ours = objects.find(
    one =>
      one['ApplicationIdentifier'] === resource?.attributes['principal'] &&
      one['source'] !== 'oauth-server' &&
      one['UseAuthServer'] !== true,
  );
  if (!ours) throw new Error(`no partner of ours on ${side.name}`);
  return { ours, objects };
}

/** A server that is not the one, or a person who may not: what makes it so, and what is said. */
export const WRONG_PLACES: Readonly<Record<string, readonly [Change, RegExp]>> = {
  'not elevated': [world => (world.here.elevated = false), /not elevated/],
  'another server': [world => (world.here.host = 'other.example.com'), /is declared on/],
  'an old build': [
    world => {
      for (const one of Object.values(world.deployments)) {
        one.version = 'Lync Server 2010 (4.0.7577.0)';
        for (const server of one.objects['ExchangeServer'] ?? []) {
          server['AdminDisplayVersion'] = 'Version 14.3 (Build 123.4)';
        }
      }
    },
    /build/,
  ],
  'another realm': [
    world => {
      for (const one of Object.values(world.deployments)) {
        for (const domain of one.objects['CsSipDomain'] ?? []) domain['Name'] = 'other.example.com';
        for (const domain of one.objects['AcceptedDomain'] ?? []) {
          domain['DomainName'] = 'other.example.com';
        }
      }
    },
    /the default \S+ domain here is other\.example\.com/,
  ],
};
