import { featureStops } from './feature-states.ts';
import { certificateStops } from './stops-certificates.ts';
import { partnerIn, type Change, type StepOfRunbook } from './cases.ts';
import type { Rendered } from '../support/rendered.ts';
import type { StoredObject, World } from './world.ts';

/** A state in which a script must stop before it changes anything, and what it says then. */
export interface Stop {
  readonly state: string;
  readonly change: Change;
  readonly why: RegExp;
}

/** All such states that a script of a runbook can meet, beside those of a wrong place. */
export function stopsOf(step: StepOfRunbook, rendered: Rendered): Stop[] {
  if (/50-restart/.test(step.script)) return [];
  const { family, name } = step.side;
  const kind = step.resource?.kind ?? '';
  const own = (change: (objects: Objects) => void): Change => {
    return world => change(world.deployments[name]?.objects ?? {});
  };
  return [
    ...(family === 'exchange-server' ? exchangePlaces(own) : lyncPlaces(own)),
    ...(family === 'exchange-server' && isAfterRealm(step) ? [realmPinned(own)] : []),
    ...(kind === 'certificate' ? certificateStops(step, rendered) : []),
    ...(family === 'exchange-server' ? [] : featureStops(step)),
    ...(kind === 'partner' && !step.removed ? documents(step, rendered) : []),
    ...(kind === 'partner' && !step.removed ? partners(step, own) : []),
    ...(kind === 'partner' && step.removed && family !== 'exchange-server' ? [renamed(step)] : []),
  ];
}

type Objects = Record<string, StoredObject[]>;
type Own = (change: (objects: Objects) => void) => Change;

function lyncPlaces(own: Own): Stop[] {
  return [
    {
      state: 'in no group',
      change: world => (world.here.groups = []),
      why: /is in neither CsAdministrator nor RTCUniversalServerAdmins/,
    },
    {
      state: 'no version',
      change: eachVersion('Skype'),
      why: /names no build/,
    },
    {
      state: 'no default domain',
      change: own(objects => setAll(objects['CsSipDomain'], 'IsDefault', false)),
      why: /not exactly one default SIP domain/,
    },
  ];
}

function exchangePlaces(own: Own): Stop[] {
  return [
    {
      state: 'a server of nobody',
      change: own(objects => {
        setAll(objects['ExchangeServer'], 'Fqdn', 'gone.example.com');
        setAll(objects['ExchangeServer'], 'Name', 'GONE');
      }),
      why: /is not one of the servers of this organization/,
    },
    {
      state: 'no version',
      change: own(objects => setAll(objects['ExchangeServer'], 'AdminDisplayVersion', 'unknown')),
      why: /no build in "unknown"/,
    },
    {
      state: 'another service name',
      change: own(objects => setAll(objects['AuthConfig'], 'ServiceName', 'another')),
      why: /the service name here is another/,
    },
    {
      state: 'no default domain',
      change: own(objects => setAll(objects['AcceptedDomain'], 'Default', false)),
      why: /not exactly one default accepted domain/,
    },
  ];
}

/** Steps that come after the one that sets a pinned realm. */
function isAfterRealm({ resource }: StepOfRunbook): boolean {
  if (resource?.kind === 'certificate') return false;
  return resource?.kind !== 'oauth-settings' || resource.attributes['realm'] === null;
}

function realmPinned(own: Own): Stop {
  return {
    state: 'another realm is pinned',
    change: own(objects => setAll(objects['AuthConfig'], 'Realm', 'pinned.example.com')),
    why: /the realm of AuthConfig is pinned\.example\.com, declared is /,
  };
}

/** What stands at the partner's address is not what was declared. */
function documents({ resource }: StepOfRunbook, { proposal }: Rendered): Stop[] {
  const attributes = resource?.attributes ?? {};
  const url = attributes['metadataUrl'];
  if (typeof url !== 'string' || attributes['trustAnyCertificate'] === true) return [];
  const path = `${String(resource?.name)}/metadata/document.json`;
  const found = proposal.artifacts.find(one => one.path === path);
  const published = found && Buffer.from(found.bytes).toString();
  const at =
    (facts: World['web'][string]): Change =>
    world => {
      world.web[url] = facts;
    };
  const body = (text: string): Change => at({ status: 200, body: text });
  return [
    {
      state: 'no document',
      change: at({ fault: 'The operation has timed out' }),
      why: /cannot be read from here: .*timed out/,
    },
    ...(published === undefined
      ? []
      : [
          {
            state: 'a document of somebody else',
            change: body(published.replace(/"issuer":\s*"[^"]*"/, '"issuer":"other@example.com"')),
            why: /is published by other@example\.com, expected/,
          },
          {
            state: 'a document with a key for something else',
            change: body(published.replaceAll('"signing"', '"encryption"')),
            why: /carries no key that is declared/,
          },
          {
            state: 'a document with another key',
            change: body(published.replaceAll(/"value":\s*"[^"]{8}/g, '"value":"AAAAAAAA')),
            why: /carries no key that is declared/,
          },
        ]),
  ];
}

function partners({ side, resource, script }: StepOfRunbook, own: Own): Stop[] {
  const { attributes = {} } = resource ?? {};
  if (side.family !== 'exchange-server') {
    return [
      {
        state: 'the name is taken',
        change: own(objects =>
          objects['CsPartnerApplication']?.push({
            Identity: attributes['name'],
            ApplicationIdentifier: '00000003-0000-0ff1-ce00-000000000000',
            Realm: 'portal.example.com',
            source: 'metadata',
            keys: [],
            metadataUrl: 'https://portal.example.com/metadata/json/1',
            ApplicationTrustLevel: 'Full',
            AcceptSecurityIdentifierInformation: false,
            Enabled: true,
          }),
        ),
        why: /belongs to another partner application/,
      },
    ];
  }
  if (attributes['createAccount'] === false) return [];
  return [
    {
      state: 'no installation',
      change: eachServer(server => (server.environment = {})),
      why: /ExchangeInstallPath is not set here/,
    },
    {
      state: 'no vendor script',
      change: eachServer(server => {
        server.environment = { ...server.environment, ExchangeInstallPath: `/nowhere/${script}` };
      }),
      why: /there is no \/nowhere\//,
    },
  ];
}

/** Whatever goes under another name is not what was declared. */
function renamed(step: StepOfRunbook): Stop {
  return {
    state: 'under another name',
    change: world => (partnerIn(world, step).ours['Identity'] = 'Elsewhere'),
    why: /the partner application of that id is named Elsewhere, not /,
  };
}

function setAll(objects: StoredObject[] | undefined, name: string, value: unknown): void {
  for (const one of objects ?? []) one[name] = value;
}

function eachServer(change: (server: World['servers'][string]) => void): Change {
  return world => Object.values(world.servers).forEach(change);
}

function eachVersion(version: string): Change {
  return world => {
    for (const one of Object.values(world.deployments)) one.version = version;
  };
}
