import { createHash, X509Certificate } from 'node:crypto';
import { testCertificate } from './certificates.ts';

/** Anything of JSON, to be changed by a test. */
export type Table = Record<string, unknown>;

export const MAIL = '00000002-0000-0ff1-ce00-000000000000';
export const SITES = '00000003-0000-0ff1-ce00-000000000000';
export const ISSUER_OF_TOKENS = '00000001-0000-0000-c000-000000000000';
export const FARM = '6b2a6ca0-4c1f-4a55-9d3e-2f0f3b1c7a10';
export const TENANT = '7a9c1d52-0b3e-4f61-8a1d-5d9c0f3e2b11';

export const FIRST = testCertificate(0);
export const SECOND = testCertificate(1);

export const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');
export const x5t = (der: Uint8Array): string => createHash('sha1').update(der).digest('base64url');

/** A key as servers of the mail family write it. */
export const described = (der: Uint8Array): Table => ({
  usage: 'signing',
  keyinfo: { x5t: x5t(der) },
  keyvalue: { type: 'x509Certificate', value: base64(der) },
});

/** Documents in each shape that servers publish, written by hand after their samples. */
export const DOCUMENTS = {
  mail: (): Table => ({
    id: '_3f0f5b52-2d5c-4c0e-9e5d-3e5f4c6a7b80',
    version: '1.0',
    name: 'Exchange',
    realm: 'litware.com',
    serviceName: MAIL,
    issuer: `${MAIL}@litware.com`,
    allowedAudiences: [`${MAIL}@litware.com`],
    keys: [described(FIRST), described(SECOND)],
    endpoints: [
      {
        location: 'https://mail.litware.com/autodiscover/metadata/json/1',
        protocol: 'OAuth2',
        usage: 'metadata',
      },
    ],
  }),
  sites: (): Table => ({
    name: SITES,
    serviceName: SITES,
    issuer: `${SITES}@${FARM}`,
    keys: [{ usage: 'Signing', keyValue: { type: 'x509certificate', value: base64(FIRST) } }],
  }),
  authority: (): Table => ({
    version: '1.0',
    name: 'accounts.accesscontrol.windows.net',
    realm: TENANT,
    serviceName: ISSUER_OF_TOKENS,
    issuer: `${ISSUER_OF_TOKENS}@${TENANT}`,
    allowedAudiences: [`${ISSUER_OF_TOKENS}/accounts.accesscontrol.windows.net@${TENANT}`],
    keys: [FIRST, SECOND].map(der => ({
      usage: 'signing',
      keyValue: {
        type: 'x509Certificate',
        value: base64(der),
        keyInfo: { x5t: x5t(der) },
      },
    })),
    endpoints: [
      ['tokens/OAuth/2', 'OAuth2', 'issuance'],
      ['tokens/delegation/1', 'DelegationIssuance1.0', 'issuance'],
      ['mgmt/delegation/1', 'DelegationManagement1.0', 'management'],
    ].map(([path, protocol, usage]) => ({
      location: `https://accounts.accesscontrol.windows.net/${path}`,
      protocol,
      usage,
    })),
  }),
  realmless: (): Table => {
    const { realm, issuer, allowedAudiences, ...rest } = DOCUMENTS.authority();
    return rest;
  },
  discovery: (): Table => ({
    issuer: `https://sts.windows.net/${TENANT}/`,
    authorization_endpoint: `https://login.windows.net/${TENANT}/oauth2/authorize`,
    token_endpoint: `https://login.windows.net/${TENANT}/oauth2/token`,
    jwks_uri: 'https://login.windows.net/common/discovery/keys',
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  }),
  keySet: (): Table => ({ keys: [webKey(FIRST), webKey(SECOND)] }),
} as const;

/** A certificate as a JSON Web Key. */
export function webKey(der: Uint8Array): Table {
  const { n, e } = new X509Certificate(der).publicKey.export({ format: 'jwk' });
  const own = { x5t: x5t(der), kid: x5t(der), x5c: [base64(der)] };
  return { kty: 'RSA', use: 'sig', n, e, ...own, issuer: 'https://sts.windows.net/{tenantid}/' };
}
