import { drift } from '../../src/drift.ts';
import type { Resource } from '../../src/graph/resource.ts';
import { certificateOf } from '../proof/bundle.ts';
import { testKeyPair } from '../support/keys.ts';
import { gathered, measured, taken } from './circle.ts';
import { chargeOf } from './declared.ts';
import { base64, later, thumbprintOf } from './estate.ts';
import { randomEstate } from './random-estate.ts';
import { issuerCertificate } from './servers/skype.ts';
import { storeCertificate } from './servers/exchange.ts';
import type { Shell } from './shell.ts';
import type { World } from './world.ts';

/** One property that somebody changes, and how a drift must name it. */
interface Alteration {
  readonly address: string;
  readonly side: string;
  readonly attribute: string;
  readonly change: (world: World) => void;
}

/** A server's property to the attribute that a topology says it by. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  Name: 'name',
  Realm: 'realm',
  Enabled: 'enabled',
  ApplicationTrustLevel: 'level',
  AcceptSecurityIdentifierInformation: 'acceptSecurityIdentifiers',
  metadataUrl: 'metadataUrl',
  AuthMetadataUrl: 'metadataUrl',
  keys: 'certificate',
  LinkedAccount: 'linkedAccount',
  'role UserApplication': 'roles',
  'role ArchiveApplication': 'roles',
  ServiceName: 'serviceName',
  ExchangeAutodiscoverUrl: 'autodiscoverUrl',
  ExchangeAutodiscoverAllowedDomains: 'autodiscoverAllowedDomains',
  UcsAllowed: 'contactStoreAllowed',
  EnableArchiving: 'mode',
  EnableExchangeArchiving: 'exchangeArchiving',
  ArchiveInternal: 'policies',
  ArchiveExternal: 'policies',
};
/** Of a partner's account, which no topology speaks of. */
const UNDECLARED = 'HiddenFromAddressListsEnabled';

/**
 * Changes one declared property of a random state by hand after it was imported, and says how the
 * drift of it is told wrongly; `undefined` where nothing is declared of that state.
 */
export async function faultsOfDrift(shell: Shell, seed: number): Promise<string[] | undefined> {
  const { world, sayable } = randomEstate(seed);
  if (sayable.length === 0) return undefined;
  const before = await gathered(shell, world);
  const { project } = await taken(before, new Date(Date.parse(later(world, 60).clock)));
  const { graph, subject } = await measured({ text: '', project }, before);
  const families = new Map(
    [...subject.installations].map(([name, one]) => [name, one.product.family]),
  );
  const all = graph.resources.flatMap(one =>
    alterationsOf(one, families.get(one.deployment) ?? ''),
  );
  const alteration = all[seed % all.length];
  if (!alteration) return undefined;
  const after = structuredClone(world);
  const { side, address, attribute, change } = alteration;
  change(after);
  const others = before.filter(({ place }) => place !== side);
  const found = await drift(project, [...others, ...(await gathered(shell, after, [side]))]);
  if (!found.drift) {
    return found.checked.diagnostics.map(({ code, detail }) => `${code}: ${detail}`);
  }
  const told = found.drift.drift.flatMap(({ address: of, deployment, attributes }) =>
    attributes.map(({ name }) => `${deployment} ${of} ${name}`),
  );
  const wanted = `${side} ${address} ${attribute}`;
  const more = told.filter(one => one !== wanted && !isOfSameCertificate(one, alteration));
  return [
    ...(told.includes(wanted) ? [] : [`${wanted} was changed and is not told`]),
    ...more.map(one => `${one} is told, and ${wanted} was changed`),
  ];
}

/** Another certificate has another subject, other names and another end. */
function isOfSameCertificate(told: string, { side, address, attribute }: Alteration): boolean {
  return attribute === 'thumbprint' && told.startsWith(`${side} ${address} `);
}

function alterationsOf(resource: Resource, family: string): Alteration[] {
  const { kind, address, deployment } = resource;
  if (kind === 'document') return [];
  const of = { address, side: deployment };
  const certificate = otherCertificate(resource, family);
  const charge = chargeOf(family, resource, false);
  return [
    ...(certificate ? [{ ...of, attribute: 'thumbprint', change: certificate }] : []),
    ...Object.entries(charge.drifts)
      .filter(([property]) => property !== UNDECLARED)
      .map(([property, change]) => ({ ...of, attribute: attributeOf(property), change })),
  ];
}

function attributeOf(property: string): string {
  const attribute = ATTRIBUTES[property];
  if (attribute === undefined) throw new Error(`which attribute is ${property}?`);
  return attribute;
}

/** Somebody lets another certificate sign, which lies in the stores of all servers. */
function otherCertificate(
  { kind, deployment, attributes }: Resource,
  family: string,
): ((world: World) => void) | undefined {
  if (kind !== 'certificate' || typeof attributes['thumbprint'] !== 'string') return undefined;
  const other = certificateOf(testKeyPair(3), 33);
  return world => {
    for (const server of Object.values(world.servers)) {
      if (server.deployment === deployment)
        server.certificates.push(storeCertificate(base64(other)));
    }
    const objects = world.deployments[deployment]?.objects ?? {};
    if (family !== 'exchange-server') {
      const since = '2026-02-01T00:00:00.0000000Z';
      objects['CsCertificate'] = [issuerCertificate(other, 'current', since)];
    }
    for (const one of objects['AuthConfig'] ?? []) {
      Object.assign(one, {
        CurrentCertificateThumbprint: thumbprintOf(other),
        NextCertificateThumbprint: '',
        NextCertificateEffectiveDate: null,
      });
    }
  };
}
