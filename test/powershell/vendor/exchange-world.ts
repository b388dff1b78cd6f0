import { testCertificate } from '../../support/certificates.ts';
import { exchangeOrganisation, storeCertificate } from '../servers/exchange.ts';
import type { Server, StoredObject, World } from '../world.ts';

export const EX1 = 'ex1.contoso.lab';
export const EX2 = 'ex2.contoso.lab';
export const CLOCK = '2030-06-10T08:00:00.000Z';
export const LYNC = '00000004-0000-0ff1-ce00-000000000000';
export const LYNC_URL = 'https://pool.contoso.lab/metadata/json/1';
export const METADATA = 'https://autodiscover.contoso.com/autodiscover/metadata/json/1';

export const base64 = (index: number, subject: string, notAfter = '2031-12-31T23:00:00Z'): string =>
  Buffer.from(
    testCertificate(index, { subject: `CN=${subject}`, notAfter: new Date(notAfter) }),
  ).toString('base64');
export const auth = base64(0, 'Microsoft Exchange Server Auth Certificate');
export const next = base64(1, 'Microsoft Exchange Server Auth Certificate');
export const transport = base64(2, 'ex1');
export const lync = base64(3, 'contoso.com');
export const renewed = base64(2, 'contoso.com');
export const expired = base64(1, 'old', '2030-01-31T23:00:00Z');
export const thumbprint = (raw: string): string => storeCertificate(raw).thumbprint;

/** Another product's metadata document, spelled as Exchange spells its own. */
export function metadata(issuer: string, certificate: string, endpoints: object[] = []): string {
  const value = { type: 'x509Certificate', value: certificate };
  return JSON.stringify({ issuer, keys: [{ usage: 'signing', keyvalue: value }], endpoints });
}

export type Change = (world: World) => void;

export function freshWorld(change: Change = () => undefined): World {
  const part = exchangeOrganisation({
    name: 'exchange',
    product: 'exchange-server-se',
    documentedAs: 'Exchange Server SE',
    build: '15.2.2562.17',
    domain: 'contoso.lab',
    servers: [EX1, EX2],
    acceptedDomains: ['contoso.com', 'fabrikam.com'],
    autodiscover: 'autodiscover.contoso.com',
    authCertificate: auth,
    transportCertificate: transport,
    since: '2030-06-01T00:00:00.000Z',
  });
  const world: World = {
    clock: CLOCK,
    seed: 'vendor',
    here: {
      deployment: 'exchange',
      host: EX1,
      user: 'CONTOSO\\admin',
      elevated: true,
      groups: ['Organization Management'],
    },
    ...part,
    web: { ...part.web, [LYNC_URL]: { body: metadata(`${LYNC}@contoso.com`, lync) } },
  };
  change(world);
  return world;
}

export const machine = (world: World, host: string): Server => world.servers[host]!;
export const objects = (world: World, kind: string): StoredObject[] =>
  world.deployments['exchange']!.objects[kind] ?? [];
export const named = (world: World, kind: string, name: string): StoredObject | undefined =>
  objects(world, kind).find(one => one['Name'] === name);
export const authConfig = (world: World): StoredObject => objects(world, 'AuthConfig')[0]!;
export const hasNext: Change = world =>
  void machine(world, EX1).certificates.push(storeCertificate(next, { exportable: true }));
export const hasExpired: Change = world =>
  void machine(world, EX1).certificates.push(storeCertificate(expired));
export const hasNextWithoutKey: Change = world =>
  void machine(world, EX1).certificates.push(storeCertificate(next, { hasPrivateKey: false }));
export const later =
  (time: string): Change =>
  world =>
    void (world.clock = time);
export const all =
  (...changes: Change[]): Change =>
  world =>
    changes.forEach(change => change(world));

export const STAGE = `Set-AuthConfig -NewCertificateThumbprint ${thumbprint(next)} -NewCertificateEffectiveDate ([datetime]'2030-06-20T00:00:00Z')`;
export const PARTNER = `New-PartnerApplication -Name Lync -AuthMetadataUrl ${LYNC_URL}`;
export const ACCOUNT = 'New-MailUser -Name App -ExternalEmailAddress App@contoso.com';
export const ASSIGN = 'New-ManagementRoleAssignment -Role UserApplication -User App';
export const TOKEN_SERVER =
  'https://accounts.accesscontrol.windows.net/contoso.com/metadata/json/1';
export const tokenServer: Change = world =>
  void (world.web[TOKEN_SERVER] = {
    body: metadata('00000001-0000-0000-c000-000000000000@tenant', lync, [
      { location: 'https://tokens/', protocol: 'OAuth2', usage: 'issuance' },
    ]),
  });
