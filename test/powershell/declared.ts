import { X509Certificate } from 'node:crypto';
import type { Resource } from '../../src/graph/resource.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { base64, FORMER, thumbprintOf } from './estate.ts';
import type { Deployment, StoreCertificate, StoredObject, World } from './world.ts';

/** What a script answers for on its servers, told apart from all else that is there. */
export interface Charge {
  /** What of the declared is not so. */
  missing(world: World): string[];
  /** Takes everything that the script may change out of a world. */
  withoutOurs(world: World): void;
  /** Takes out of a world what an undo leaves there on purpose. */
  withoutKept?(world: World): void;
  /** One declared property after the other, altered by somebody. */
  readonly drifts: Readonly<Record<string, (world: World) => void>>;
}

type Objects = Deployment['objects'];
type Expected = readonly [what: string, found: unknown, declared: unknown];

/** The charge of a script that makes or removes one resource. */
export function chargeOf(family: string, resource: Resource, removed: boolean): Charge {
  const make = CHARGES[`${family}/${nameOf(resource)}`];
  if (!make) throw new Error(`no charge for ${family}/${nameOf(resource)}`);
  return make(resource, removed);
}

function nameOf({ kind, name }: Resource): string {
  return kind === 'feature' || kind === 'settings' ? `${kind}/${name ?? ''}` : kind;
}

const CHARGES: Readonly<Record<string, (resource: Resource, removed: boolean) => Charge>> = {
  'skype-for-business-server/certificate': lyncCertificate,
  'skype-for-business-server/oauth-settings': lyncSettings,
  'skype-for-business-server/partner': lyncPartner,
  'skype-for-business-server/settings/contact-store': gate,
  'skype-for-business-server/feature/unified-contact-store': gate,
  'skype-for-business-server/feature/exchange-archiving': archiving,
  'exchange-server/certificate': exchangeCertificate,
  'exchange-server/oauth-settings': exchangeSettings,
  'exchange-server/partner': exchangePartner,
};

/** Compares case by case, as these servers do. */
function differences(all: readonly Expected[]): string[] {
  return all
    .filter(([, found, declared]) => text(found) !== text(declared))
    .map(([what, found, declared]) => `${what} is ${text(found)}, declared is ${text(declared)}`);
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value).toLowerCase();
}

function objectsOf(world: World, deployment: string): Objects {
  const found = world.deployments[deployment];
  if (!found) throw new Error(`no deployment ${deployment}`);
  return found.objects;
}

function all(objects: Objects, kind: string): StoredObject[] {
  return objects[kind] ?? [];
}

function sole(found: readonly StoredObject[], what: string): StoredObject | string {
  const [one, ...more] = found;
  return one && more.length === 0 ? one : `${found.length} of ${what}`;
}

function remove(objects: Objects, kind: string, which: (one: StoredObject) => boolean): void {
  objects[kind] = all(objects, kind).filter(one => !which(one));
}

function blank(found: readonly StoredObject[], names: readonly string[]): void {
  for (const one of found) for (const name of names) delete one[name];
}

/** A drift for each property: the object as it is, with one other value. */
function alter(
  find: (objects: Objects) => StoredObject | undefined,
  deployment: string,
  values: Readonly<Record<string, unknown>>,
): Charge['drifts'] {
  const drift = (name: string, value: unknown) => (world: World) => {
    const found = find(objectsOf(world, deployment));
    if (!found) throw new Error(`nothing to alter ${name} of`);
    found[name] = value;
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, drift(name, value)]),
  );
}

function lyncCertificate({ deployment, attributes }: Resource): Charge {
  const wanted = text(attributes['thumbprint']);
  return {
    missing(world) {
      if (wanted === '') return isAwaited(world, deployment, attributes);
      const found = all(objectsOf(world, deployment), 'CsCertificate').filter(
        one => text(one['Thumbprint']) === wanted && one['slot'] === 'current',
      );
      const one = sole(found, 'the declared certificate in its slot');
      if (typeof one === 'string') return [one];
      const { effective } = attributes;
      return effective
        ? differences([['date', Date.parse(String(one['EffectiveDate'])), time(effective)]])
        : [];
    },
    withoutOurs(world) {
      remove(objectsOf(world, deployment), 'CsCertificate', () => true);
      withoutCertificates(world, deployment, attributes);
    },
    withoutKept(world) {
      withoutCertificates(world, deployment, attributes);
    },
    drifts: {},
  };
}

/** A certificate that lies on a server of a side and has not ended. */
function isAlive({ servers, clock }: World, deployment: string, thumbprint: string): boolean {
  return Object.values(servers)
    .filter(server => server.deployment === deployment)
    .flatMap(({ certificates }) => certificates)
    .some(one => text(one.thumbprint) === thumbprint && time(one.notAfter) > time(clock));
}

/** A request is out, or what came back lies in a store. */
function isAwaited(world: World, deployment: string, { source }: JsonObject): string[] {
  if (source !== 'request') return [];
  const servers = Object.values(world.servers).filter(one => one.deployment === deployment);
  const isOut = servers.some(
    ({ requests, certificates }) =>
      (requests ?? []).length > 0 ||
      certificates.some(({ friendlyName }) => friendlyName.startsWith('Concordat ')),
  );
  return isOut ? [] : ['nothing was asked of an authority'];
}

function time(value: unknown): number {
  return Date.parse(String(value));
}

/** Certificates that a script may bring into a store: the declared one, and what a server made. */
function withoutCertificates(world: World, deployment: string, attributes: JsonObject): void {
  for (const server of Object.values(world.servers)) {
    if (server.deployment !== deployment) continue;
    delete server.requests;
    server.certificates = server.certificates.filter(
      one =>
        text(one.thumbprint) !== text(attributes['thumbprint']) &&
        Date.parse(one.notBefore) < Date.parse(MADE_SINCE) &&
        !one.friendlyName.startsWith('Concordat '),
    );
  }
}

/** Certificates that begin later were made by a script. */
const MADE_SINCE = '2026-02-28T00:00:00Z';

function lyncSettings({ deployment, attributes }: Resource): Charge {
  const find = (objects: Objects) => all(objects, 'CsOAuthConfiguration')[0];
  const domains = ((attributes['autodiscoverAllowedDomains'] ?? []) as string[]).join(';');
  const url = attributes['autodiscoverUrl'];
  const declared = {
    ServiceName: attributes['serviceName'],
    ...(typeof url === 'string' && { ExchangeAutodiscoverUrl: url }),
    ...(domains !== '' && { ExchangeAutodiscoverAllowedDomains: domains }),
  };
  return {
    missing(world) {
      const found = find(objectsOf(world, deployment)) ?? {};
      // Blank stands for the default domain.
      const domain = all(objectsOf(world, deployment), 'CsSipDomain').find(one => one['IsDefault']);
      const realm = text(found['Realm']) === '' ? domain?.['Name'] : found['Realm'];
      return differences([
        ['Realm', realm, attributes['realm']],
        ...Object.entries(declared).map(([name, value]) => [name, found[name], value] as const),
      ]);
    },
    withoutOurs(world) {
      blank(all(objectsOf(world, deployment), 'CsOAuthConfiguration'), [
        'Realm',
        ...Object.keys(declared),
      ]);
    },
    drifts: alter(find, deployment, {
      ServiceName: '00000009-0000-0ff1-ce00-000000000000',
      ...(typeof url === 'string' && {
        ExchangeAutodiscoverUrl: 'https://old.example.com/autodiscover/autodiscover.svc',
      }),
      ...(domains !== '' && { ExchangeAutodiscoverAllowedDomains: '*.old.example.com' }),
    }),
  };
}

function lyncPartner({ deployment, attributes }: Resource, removed: boolean): Charge {
  const basis = attributes['basis'];
  const isOurs = (one: StoredObject): boolean =>
    text(one['ApplicationIdentifier']) === text(attributes['principal']) && one['source'] === basis;
  const find = (objects: Objects) => all(objects, 'CsPartnerApplication').find(isOurs);
  return {
    missing(world) {
      const found = all(objectsOf(world, deployment), 'CsPartnerApplication').filter(isOurs);
      if (removed) return found.length > 0 ? ['it is still there'] : [];
      const one = sole(found, 'our partner');
      if (typeof one === 'string') return [one];
      return differences([
        ['Identity', one['Identity'], attributes['name']],
        ['Realm', one['Realm'], attributes['realm']],
        ['MetadataUrl', one['metadataUrl'], attributes['metadataUrl']],
        ['ApplicationTrustLevel', one['ApplicationTrustLevel'], attributes['level']],
        ['Enabled', one['Enabled'], attributes['enabled']],
        [
          'SID',
          one['AcceptSecurityIdentifierInformation'],
          attributes['acceptSecurityIdentifiers'],
        ],
        ...(basis === 'certificate' ? [certificateOf(one, attributes)] : []),
      ]);
    },
    withoutOurs(world) {
      remove(objectsOf(world, deployment), 'CsPartnerApplication', isOurs);
    },
    drifts: alter(find, deployment, {
      ApplicationTrustLevel: attributes['level'] === 'User' ? 'Full' : 'User',
      Enabled: attributes['enabled'] !== true,
      AcceptSecurityIdentifierInformation: attributes['acceptSecurityIdentifiers'] !== true,
      ...(basis === 'metadata' && { metadataUrl: formerUrl(attributes) }),
      ...(basis === 'certificate' && { keys: [base64(FORMER.transport)] }),
    }),
  };
}

/** Where the partner's document stood before; it still answers there. */
export function formerUrl(attributes: JsonObject): string {
  return `https://old.example.com${new URL(String(attributes['metadataUrl'])).pathname}`;
}

function certificateOf(one: StoredObject, attributes: JsonObject): Expected {
  const [key = ''] = one['keys'] as string[];
  return ['certificate', thumbprintOf(Buffer.from(key, 'base64')), attributes['certificate']];
}

/** The one switch of the contact store, closed or open. */
function gate({ kind, deployment, attributes }: Resource, removed: boolean): Charge {
  const find = (objects: Objects) =>
    all(objects, 'CsUserServicesPolicy').find(one => text(one['Identity']) === 'global');
  const declared = attributes['contactStoreAllowed'] === true;
  const wanted = removed ? kind === 'settings' : declared;
  return {
    missing: world =>
      differences([['UcsAllowed', find(objectsOf(world, deployment))?.['UcsAllowed'], wanted]]),
    withoutOurs(world) {
      blank([find(objectsOf(world, deployment)) ?? {}], ['UcsAllowed']);
    },
    drifts: alter(find, deployment, { UcsAllowed: !wanted }),
  };
}

function archiving({ deployment, attributes }: Resource, removed: boolean): Charge {
  const configuration = text(attributes['configuration']);
  const policies = (attributes['policies'] ?? {}) as Record<
    string,
    { internal: boolean; external: boolean }
  >;
  const isOurs = (one: StoredObject): boolean => text(one['Identity']) === configuration;
  const find = (objects: Objects) => all(objects, 'CsArchivingConfiguration').find(isOurs);
  const policy = (objects: Objects, name: string) =>
    all(objects, 'CsArchivingPolicy').find(one => isNamed(one, name));
  return {
    missing(world) {
      const objects = objectsOf(world, deployment);
      const found = find(objects);
      if (removed) return differences([['mailbox', found?.['EnableExchangeArchiving'], false]]);
      return differences([
        ['EnableArchiving', found?.['EnableArchiving'], attributes['mode']],
        ['EnableExchangeArchiving', found?.['EnableExchangeArchiving'], true],
        ...Object.entries(policies).flatMap(([name, { internal, external }]): Expected[] => [
          [`${name} internal`, policy(objects, name)?.['ArchiveInternal'], internal],
          [`${name} external`, policy(objects, name)?.['ArchiveExternal'], external],
        ]),
      ]);
    },
    withoutOurs(world) {
      const objects = objectsOf(world, deployment);
      remove(objects, 'CsArchivingConfiguration', one => isOurs(one) && configuration !== 'global');
      blank(all(objects, 'CsArchivingConfiguration').filter(isOurs), [
        'EnableArchiving',
        'EnableExchangeArchiving',
      ]);
      remove(objects, 'CsArchivingPolicy', one =>
        Object.keys(policies).some(name => isNamed(one, name)),
      );
    },
    drifts: {
      ...alter(find, deployment, { EnableArchiving: 'None', EnableExchangeArchiving: false }),
      ...Object.assign(
        {},
        ...Object.keys(policies).map(name =>
          alter(objects => policy(objects, name), deployment, {
            ArchiveInternal: policies[name]?.internal !== true,
            ArchiveExternal: policies[name]?.external !== true,
          }),
        ),
      ),
    },
  };
}

function isNamed(one: StoredObject, name: string): boolean {
  return text(one['Identity']).replace(/^tag:/, '') === name.toLowerCase();
}

const SLOTS = [
  'CurrentCertificateThumbprint',
  'PreviousCertificateThumbprint',
  'NextCertificateThumbprint',
  'NextCertificateEffectiveDate',
];

function exchangeCertificate({ deployment, attributes }: Resource): Charge {
  const wanted = text(attributes['thumbprint']);
  const { effective, source } = attributes;
  return {
    missing(world) {
      const [auth = {}] = all(objectsOf(world, deployment), 'AuthConfig');
      if (effective && Date.parse(world.clock) < time(effective)) {
        const next = text(auth['NextCertificateThumbprint']);
        const date = Date.parse(String(auth['NextCertificateEffectiveDate']));
        const made = source === 'host' && wanted === '' ? next : wanted;
        return [
          ...differences([
            ['next', next === '' ? 'none' : next, made],
            ['date', date, time(effective)],
          ]),
          ...differencesOf(made, world, { deployment, attributes }),
        ];
      }
      const current = text(auth['CurrentCertificateThumbprint']);
      if (wanted === '' && !isAlive(world, deployment, current)) return ['nothing signs'];
      return [
        ...differences([['current', current, wanted === '' ? current : wanted]]),
        ...differencesOf(current, world, { deployment, attributes }),
      ];
    },
    withoutOurs(world) {
      const objects = objectsOf(world, deployment);
      blank(all(objects, 'AuthConfig'), SLOTS);
      withoutCertificates(world, deployment, attributes);
      if (source === 'host') {
        // Making one takes the place of the transport certificate for a moment.
        blank(all(objects, 'TransportService'), ['InternalTransportCertificateThumbprint']);
      }
    },
    drifts: {},
  };
}

/** Where a certificate that a script made or brought is not as the vendor wants it. */
function differencesOf(
  thumbprint: string,
  world: World,
  { deployment, attributes }: Pick<Resource, 'deployment' | 'attributes'>,
): string[] {
  if (attributes['source'] === 'existing') return [];
  const found = Object.values(world.servers)
    .filter(server => server.deployment === deployment)
    .flatMap(({ certificates }) => certificates)
    .find(one => text(one.thumbprint) === thumbprint);
  if (!found) return ['it is on no server'];
  return differences([
    ['friendly name', found.friendlyName, 'Microsoft Exchange Server Auth Certificate'],
    ['exportable', found.exportable, true],
    ...(attributes['source'] === 'host' ? madeAs(found, attributes) : []),
    ...(attributes['source'] === 'host' ? carriesNoMail(found, world, deployment) : []),
  ]);
}

function madeAs({ subject, raw }: StoreCertificate, attributes: JsonObject): Expected[] {
  const { subjectAltName, publicKey } = new X509Certificate(Buffer.from(raw, 'base64'));
  return [
    ['subject', subject, attributes['subject']],
    ['names', subjectAltName, undefined],
    ['bits', publicKey.asymmetricKeyDetails?.modulusLength, attributes['keySize']],
  ];
}

/** One that is made takes the place of the one between the servers, and must give it back. */
function carriesNoMail({ thumbprint }: StoreCertificate, world: World, side: string): Expected[] {
  const named = all(objectsOf(world, side), 'TransportService').map(
    one => one['InternalTransportCertificateThumbprint'],
  );
  return [['carries the mail', named.includes(thumbprint), false]];
}

function exchangeSettings({ deployment, attributes }: Resource): Charge {
  const realm = attributes['realm'];
  const find = (objects: Objects) => all(objects, 'AuthConfig')[0];
  return {
    missing: world =>
      realm === null || realm === undefined
        ? []
        : differences([['Realm', find(objectsOf(world, deployment))?.['Realm'], realm]]),
    withoutOurs(world) {
      blank(all(objectsOf(world, deployment), 'AuthConfig'), ['Realm']);
    },
    drifts: {},
  };
}

/** The realm of a partner that has the id of ours and is somebody else's. */
export const ELSEWHERE = 'elsewhere.example.com';

function exchangePartner({ deployment, attributes }: Resource, removed: boolean): Charge {
  const account = String(attributes['linkedAccount']);
  const roles = attributes['roles'] as string[];
  const isOurs = (one: StoredObject): boolean =>
    text(one['ApplicationIdentifier']) === text(attributes['principal']) &&
    one['Realm'] !== ELSEWHERE &&
    one['UseAuthServer'] !== true;
  const isAccount = (one: StoredObject): boolean => text(one['Name']) === text(account);
  const isAssigned = (one: StoredObject): boolean =>
    text(one['RoleAssigneeName']) === text(account) && roles.includes(String(one['Role']));
  const find = (objects: Objects) => all(objects, 'PartnerApplication').find(isOurs);
  const user = (objects: Objects) => all(objects, 'User').find(isAccount);
  return {
    missing(world) {
      const objects = objectsOf(world, deployment);
      const found = all(objects, 'PartnerApplication').filter(isOurs);
      if (removed) return found.length > 0 ? ['it is still there'] : [];
      const one = sole(found, 'our partner');
      if (typeof one === 'string') return [one];
      const assigned = all(objects, 'ManagementRoleAssignment').filter(isAssigned);
      return differences([
        ['Name', one['Name'], attributes['name'] ?? one['Name']],
        ['Realm', one['Realm'], attributes['realm']],
        ['AuthMetadataUrl', one['AuthMetadataUrl'], attributes['metadataUrl']],
        ['Enabled', one['Enabled'], attributes['enabled']],
        [
          'SID',
          one['AcceptSecurityIdentifierInformation'],
          attributes['acceptSecurityIdentifiers'],
        ],
        ['LinkedAccount', one['LinkedAccount'], account],
        ['hidden', user(objects)?.['HiddenFromAddressListsEnabled'], true],
        ['roles', assigned.map(role => String(role['Role'])).sort(), [...roles].sort()],
      ]);
    },
    withoutOurs(world) {
      const objects = objectsOf(world, deployment);
      remove(objects, 'PartnerApplication', isOurs);
      remove(objects, 'User', isAccount);
      remove(objects, 'ManagementRoleAssignment', isAssigned);
    },
    withoutKept(world) {
      remove(objectsOf(world, deployment), 'User', isAccount);
    },
    drifts: {
      ...alter(find, deployment, {
        Enabled: attributes['enabled'] !== true,
        AcceptSecurityIdentifierInformation: attributes['acceptSecurityIdentifiers'] !== true,
        LinkedAccount: 'Exchange Online-ApplicationAccount',
        AuthMetadataUrl: formerUrl(attributes),
        Realm: 'old.example.com',
        ...(attributes['name'] !== null && { Name: 'Another name' }),
      }),
      ...alter(user, deployment, { HiddenFromAddressListsEnabled: false }),
      ...Object.fromEntries(
        roles.map(role => [
          `role ${role}`,
          (world: World) =>
            remove(
              objectsOf(world, deployment),
              'ManagementRoleAssignment',
              one => isAssigned(one) && one['Role'] === role,
            ),
        ]),
      ),
    },
  };
}
