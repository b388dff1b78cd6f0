import { createHash } from 'node:crypto';
import { testCertificate } from '../../support/certificates.ts';
import { issuerCertificate, lyncDeployment, storeCertificate } from '../servers/skype.ts';
import type { Deployment, Server, World } from '../world.ts';

export const EXCHANGE_ID = '00000002-0000-0ff1-ce00-000000000000';
export const SHAREPOINT_ID = '00000003-0000-0ff1-ce00-000000000000';
export const EXCHANGE_URL = 'https://atl-exchange-001.litwareinc.com/autodiscover/metadata/json/1';
export const SHAREPOINT_URL =
  'https://atl-sharepoint-001.litwareinc.com/_layouts/15/metadata/json/1';
export const ACS_URL =
  'https://accounts.accesscontrol.windows.net/7a9c3f00-0000-4000-8000-000000000001/metadata/json/1';

/** What signs at first, what may come after it, and the key of Exchange and of its successor. */
export const CURRENT = testCertificate(0);
export const NEXT = testCertificate(1);
const EXPIRED = testCertificate(2, {
  notBefore: new Date('2027-01-01T00:00:00Z'),
  notAfter: new Date('2029-01-01T00:00:00Z'),
});
const LATER = testCertificate(2, { notBefore: new Date('2030-10-01T00:00:00Z') });
/** With a key of 1024 bits. */
const SHORT = Buffer.from(
  'MIICDjCCAXegAwIBAgIUPKJd+E/oOgQa9nM9aTPMfX+goqEwDQYJKoZIhvcNAQELBQAwGTEXMBUGA1UEAwwObGl0' +
    'd2FyZWluYy5jb20wHhcNMjYxMTI2MTM0NTI0WhcNNDAwODA0MTM0NTI0WjAZMRcwFQYDVQQDDA5saXR3YXJlaW5j' +
    'LmNvbTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAnmRbamoKO22MRkPELKzs+uOqviUrzXsL4IyfpzgthKnE' +
    'vMcZycZVV5T1bCzNmSgswNl7Ds79xV3/dmMD/K0sps/vBscJmLQH+Ns7LkyKvhTscTvZEJQvYiZb4yrnS8JW13G/' +
    'xa30EcP6b1bx6T2h8u7wHyj0gaTXNWG8UcNlDEsCAwEAAaNTMFEwHQYDVR0OBBYEFExzEMttZpiSlSWl4EwciD9B' +
    'njC5MB8GA1UdIwQYMBaAFExzEMttZpiSlSWl4EwciD9BnjC5MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQEL' +
    'BQADgYEAKItOZX0RiKVik/vk4/jUDqZSlvD0xEH/qjCjwuiwXELMNUInFfQlrrDJ2QBn3Pa6qTIkQ+q/HfAuGuUX' +
    'a7zDgaZHcLPL9LGQ2ETGtTXfQ7qcEZaz/8MIuyUyGKGgfByibQBYNX7HwdQQkVUGV4mtfMzeam/JqsfNgHTMcTMr' +
    'e50=',
  'base64',
);
export const EXCHANGE_KEY = testCertificate(2);
export const EXCHANGE_NEXT_KEY = testCertificate(3);

export const thumbprintOf = (der: Uint8Array): string =>
  createHash('sha1').update(der).digest('hex').toUpperCase();

export const THUMBPRINTS = {
  current: thumbprintOf(CURRENT),
  next: thumbprintOf(NEXT),
  expired: thumbprintOf(EXPIRED),
  later: thumbprintOf(LATER),
  withoutKey: thumbprintOf(EXCHANGE_NEXT_KEY),
  short: thumbprintOf(SHORT),
  bound: thumbprintOf(EXCHANGE_KEY),
} as const;

/** A metadata document as Exchange writes it. */
export function metadataDocument(id: string, realm: string, key: Uint8Array): string {
  return JSON.stringify({
    id: '_5b9c1f6e-0000-4000-8000-000000000000',
    version: '1.0',
    name: 'Exchange',
    realm,
    serviceName: id,
    issuer: `${id}@${realm}`,
    allowedAudiences: [`${id}@${realm}`],
    keys: [
      {
        usage: 'signing',
        keyinfo: { x5t: createHash('sha1').update(key).digest('base64url') },
        keyvalue: { type: 'x509Certificate', value: Buffer.from(key).toString('base64') },
      },
    ],
    endpoints: [{ location: EXCHANGE_URL, protocol: 'OAuth2', usage: 'metadata' }],
  });
}

/** A token service's or a partner's own name for itself, as SharePoint writes it. */
function sharePointDocument(key: Uint8Array): string {
  const realm = '6b2a6ca0-4c1f-4a55-9d3e-2f0f3b1c7a10';
  return JSON.stringify({
    name: SHAREPOINT_ID,
    issuer: `${SHAREPOINT_ID}@${realm}`,
    keys: [
      {
        usage: 'Signing',
        keyValue: { type: 'x509certificate', value: Buffer.from(key).toString('base64') },
      },
    ],
  });
}

/** Two front ends, a certificate in use, others in the store, and partners on the network. */
export function vendorWorld(): World {
  const { deployments, servers, web } = lyncDeployment({
    sipDomains: ['litwareinc.com', 'litware.net'],
    certificate: CURRENT,
  });
  const here = servers['fe01.litwareinc.com'] as Server;
  here.certificates.push(
    storeCertificate(NEXT, { friendlyName: 'next' }),
    storeCertificate(EXPIRED),
    storeCertificate(SHORT),
    storeCertificate(LATER),
    storeCertificate(EXCHANGE_NEXT_KEY, { hasPrivateKey: false }),
    storeCertificate(EXCHANGE_KEY, { exportable: false }),
  );
  const lync = deployments['lync'] as Deployment;
  lync['authorities'] = ['dc01.litwareinc.com\\Litware CA'];
  lync.objects['CsUser'] = [
    { SipAddress: 'sip:kenmyer@litwareinc.com', DisplayName: 'Ken Myer', contactsIn: 'skype' },
  ];
  return {
    clock: '2030-03-01T08:00:00.0000000Z',
    seed: 'vendor',
    here: {
      deployment: 'lync',
      host: 'fe01.litwareinc.com',
      user: 'LITWARE\\admin',
      elevated: true,
      groups: ['LITWARE\\RTC Local User Administrators'],
    },
    servers,
    deployments,
    web: {
      ...web,
      [EXCHANGE_URL]: { body: metadataDocument(EXCHANGE_ID, 'litwareinc.com', EXCHANGE_KEY) },
      [SHAREPOINT_URL]: { body: sharePointDocument(EXCHANGE_KEY) },
      'http://atl-sharepoint-001.litwareinc.com/jsonmetadata.ashx': {
        body: sharePointDocument(EXCHANGE_KEY),
      },
      [ACS_URL]: {
        body: metadataDocument(
          '00000001-0000-0000-c000-000000000000',
          '7a9c3f00-0000-4000-8000-000000000001',
          EXCHANGE_KEY,
        ),
      },
      'https://login.windows.net/common/federationmetadata/2007-06/federationmetadata.xml': {
        body: '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://sts.windows.net/{tenantid}/" />',
      },
      'https://broken.litwareinc.com/autodiscover/metadata/json/1': { status: 500 },
      'https://start.litwareinc.com/autodiscover/metadata/json/1': { body: '<html></html>' },
    },
  };
}

/** Adds an Exchange that takes our tokens: another deployment plays its part. */
export function addExchange(world: World, { accepts }: { accepts: boolean }): World {
  const played = lyncDeployment({
    name: 'exchange',
    pool: 'atl-exchange-001.litwareinc.com',
    externalWeb: 'autodiscover.litwareinc.com',
    frontEnds: ['ex01.litwareinc.com'],
    certificate: EXCHANGE_KEY,
  });
  const exchange = played.deployments['exchange'] as Deployment;
  exchange.objects['CsUserServicesPolicy'] = [];
  exchange.objects['CsPartnerApplication'] = [
    {
      Identity: 'LyncEnterprise',
      ApplicationIdentifier: '00000004-0000-0ff1-ce00-000000000000',
      Realm: 'litwareinc.com',
      ApplicationTrustLevel: 'Full',
      AcceptSecurityIdentifierInformation: false,
      Enabled: accepts,
      source: 'certificate',
      keys: [Buffer.from(CURRENT).toString('base64')],
      metadataUrl: null,
    },
  ];
  Object.assign(world.deployments, played.deployments);
  Object.assign(world.servers, played.servers);
  world.web = { ...played.web, ...world.web };
  const settings = (world.deployments['lync'] as Deployment).objects['CsOAuthConfiguration'];
  Object.assign(settings?.[0] ?? {}, {
    ExchangeAutodiscoverUrl: 'https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc',
  });
  return world;
}

/** Makes the second certificate the staged one. */
export function stage(world: World): World {
  const lync = world.deployments['lync'] as Deployment;
  lync.objects['CsCertificate'] = [
    issuerCertificate(NEXT, 'current', '2030-06-01T00:00:00Z'),
    issuerCertificate(CURRENT, 'previous', '2030-01-01T00:00:00Z'),
  ];
  return world;
}
