import { createHash, X509Certificate } from 'node:crypto';
import type { Deployment, Server, StoreCertificate, StoredObject, WebFacts } from '../world.ts';

/** What tells one deployment of Lync Server / Skype for Business Server from another. */
export interface LyncFacts {
  /** In the topology; `lync` where nothing is said. */
  readonly name?: string;
  /** The id of a version in the topology. */
  readonly product?: LyncProduct;
  /** What Get-CsServerVersion says. */
  readonly version?: string;
  readonly pool?: string;
  readonly internalWeb?: string;
  readonly externalWeb?: string;
  readonly frontEnds?: readonly string[];
  /** The first is the default one. */
  readonly sipDomains?: readonly string[];
  /** DER of the certificate that signs tokens, assigned and replicated; without it there is none. */
  readonly certificate?: Uint8Array;
  /** Since when everything is as it is. */
  readonly since?: string;
}

export type LyncProduct = keyof typeof VERSIONS;

/** Entries of a world. */
export interface DeploymentEntries {
  readonly deployments: Record<string, Deployment>;
  readonly servers: Record<string, Server>;
  readonly web: Record<string, WebFacts>;
}

/** Documentation stops at 2019; the subscription edition goes by it. */
const VERSIONS = {
  'lync-server-2013': {
    documentedAs: 'Lync Server 2013',
    build: '5.0.8308.0',
    title: 'Microsoft Lync Server 2013',
  },
  'skype-for-business-server-2015': {
    documentedAs: 'Skype for Business Server 2015',
    build: '6.0.9319.0',
    title: 'Skype for Business Server 2015',
  },
  'skype-for-business-server-2019': {
    documentedAs: 'Skype for Business Server 2019',
    build: '7.0.2046.0',
    title: 'Skype for Business Server 2019',
  },
  'skype-for-business-server-se': {
    documentedAs: 'Skype for Business Server 2019',
    build: '7.0.2046.0',
    title: 'Skype for Business Server 2019',
  },
} as const;

/** A deployment as its setup leaves it, healthy and without partners. */
export function lyncDeployment(facts: LyncFacts = {}): DeploymentEntries {
  const name = facts.name ?? 'lync';
  const product = facts.product ?? 'skype-for-business-server-se';
  const { documentedAs, build, title } = VERSIONS[product];
  const pool = facts.pool ?? 'pool01.litwareinc.com';
  const frontEnds = facts.frontEnds ?? ['fe01.litwareinc.com', 'fe02.litwareinc.com'];
  const internalWeb = facts.internalWeb ?? pool;
  const externalWeb = facts.externalWeb ?? 'lyncweb.litwareinc.com';
  const deployment: Deployment = {
    family: 'skype-for-business-server',
    product,
    documentedAs,
    version: facts.version ?? `${title} (${build}): Volume license key installed.`,
    build,
    cmsReachable: true,
    replicationMinutes: 5,
    publishesNext: false,
    stagedShape: 'one',
    contactsMoving: false,
    sites: ['HQ'],
    authorities: [],
    objects: {
      ...objectsOf(facts),
      CsPool: [{ Identity: pool, Computers: [...frontEnds], Site: 'HQ', internalWeb, externalWeb }],
      CsReplica: frontEnds.map(fqdn => ({ fqdn, upToDateAt: sinceOf(facts) })),
    },
  };
  const server = (): Server => ({
    deployment: name,
    environment: {},
    certificates: facts.certificate ? [storeCertificate(facts.certificate)] : [],
    services: { RTCSRV: { status: 'Running' } },
  });
  return {
    deployments: { [name]: deployment },
    servers: Object.fromEntries(frontEnds.map(fqdn => [fqdn, server()])),
    web: Object.fromEntries(
      [...new Set([pool, internalWeb, externalWeb])].map(host => [
        `https://${host}/`,
        { deployment: name },
      ]),
    ),
  };
}

function sinceOf(facts: LyncFacts): string {
  return facts.since ?? '2030-01-01T00:00:00.0000000Z';
}

function objectsOf(facts: LyncFacts): Record<string, StoredObject[]> {
  const domains = facts.sipDomains ?? ['litwareinc.com'];
  return {
    CsSipDomain: domains.map((domain, index) => ({
      Identity: domain,
      Name: domain,
      IsDefault: index === 0,
    })),
    CsCertificate: facts.certificate
      ? [issuerCertificate(facts.certificate, 'current', sinceOf(facts))]
      : [],
    CsOAuthConfiguration: [
      { Identity: 'Global', Realm: '', ServiceName: '00000004-0000-0ff1-ce00-000000000000' },
    ],
    CsPartnerApplication: [],
    CsOAuthServer: [],
    CsUserServicesPolicy: [{ Identity: 'Global', UcsAllowed: true }],
    CsArchivingConfiguration: [
      { Identity: 'Global', EnableArchiving: 'None', EnableExchangeArchiving: false },
    ],
    CsArchivingPolicy: [{ Identity: 'Global', ArchiveInternal: false, ArchiveExternal: false }],
    CsUser: [],
  };
}

/** A certificate as the Central Management store keeps it. */
export function issuerCertificate(
  der: Uint8Array,
  slot: 'current' | 'previous',
  since: string,
): StoredObject {
  const { thumbprint, raw } = storeCertificate(der);
  return {
    Use: 'OAuthTokenIssuer',
    SourceScope: 'Global',
    slot,
    Thumbprint: thumbprint,
    EffectiveDate: since,
    UpdateTime: since,
    raw,
  };
}

/** A certificate of a machine, with its key. */
export function storeCertificate(
  der: Uint8Array,
  different: Partial<StoreCertificate> = {},
): StoreCertificate {
  const certificate = new X509Certificate(der);
  return {
    thumbprint: createHash('sha1').update(der).digest('hex').toUpperCase(),
    subject: certificate.subject.split('\n').reverse().join(', '),
    friendlyName: '',
    hasPrivateKey: true,
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    raw: Buffer.from(der).toString('base64'),
    ...different,
  };
}
