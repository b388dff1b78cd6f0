import { X509Certificate } from 'node:crypto';
import type { Deployment, Server, StoreCertificate, StoredObject, WebFacts } from '../world.ts';

/** What one wants to say of an Exchange organisation; the rest is as setup leaves it. */
export interface ExchangeFacts {
  /** Name of the deployment in the world. */
  readonly name: string;
  readonly product: string;
  /** As the documentation of its commands calls it: `Exchange Server SE`. */
  readonly documentedAs: string;
  /** Build of all servers: `15.2.2562.17`. */
  readonly build: string;
  /** DNS name of its Active Directory domain. */
  readonly domain: string;
  /** FQDNs; every one has the mailbox role. */
  readonly servers: readonly string[];
  /** The first one is the default. */
  readonly acceptedDomains: readonly string[];
  /** The name behind which all servers answer. */
  readonly autodiscover: string;
  /** The Auth certificate, DER in base64. */
  readonly authCertificate: string;
  /** What encrypts mail between the servers, DER in base64. */
  readonly transportCertificate: string;
  /** When the web services were last started. */
  readonly since: string;
  /** FQDNs; a session uses the first one unless told otherwise. */
  readonly domainControllers?: readonly string[];
  /** With the backslash at its end that Windows has. */
  readonly installPath?: string;
}

/** Entries of a world: to be spread into its parts. */
export interface ExchangePart {
  readonly deployments: Record<string, Deployment>;
  readonly servers: Record<string, Server>;
  readonly web: Record<string, WebFacts>;
}

const EXCHANGE = '00000002-0000-0ff1-ce00-000000000000';
const GRAPH = '00000003-0000-0000-c000-000000000000';
const APPLICATION_ROLES = [
  'UserApplication',
  'ArchiveApplication',
  'LegalHoldApplication',
  'Mailbox Search',
  'TeamMailboxLifecycleApplication',
  'MailboxSearchApplication',
  'MeetingGraphApplication',
];

/** A fresh and healthy organisation, as it is before anybody has made a trust. */
export function exchangeOrganisation(facts: ExchangeFacts): ExchangePart {
  return {
    deployments: { [facts.name]: deployment(facts) },
    servers: Object.fromEntries(facts.servers.map(fqdn => [fqdn, server(facts)])),
    web: { [`https://${facts.autodiscover}/`]: { deployment: facts.name } },
  };
}

/** What a store shows of a certificate that lies in it with its key. */
export function storeCertificate(
  raw: string,
  different: Partial<StoreCertificate> = {},
): StoreCertificate {
  const certificate = new X509Certificate(Buffer.from(raw, 'base64'));
  return {
    thumbprint: certificate.fingerprint.replaceAll(':', ''),
    subject: certificate.subject.split('\n').reverse().join(', '),
    friendlyName: '',
    hasPrivateKey: true,
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
    raw,
    ...different,
  };
}

function deployment(facts: ExchangeFacts): Deployment {
  const controllers = ['dc1', 'dc2'].map(host => `${host}.${facts.domain}`);
  return {
    family: 'exchange-server',
    product: facts.product,
    documentedAs: facts.documentedAs,
    version: facts.build,
    domain: facts.domain,
    domainControllers: [...(facts.domainControllers ?? controllers)],
    replicationMinutes: 15,
    copyHours: 12,
    publishesNext: false,
    objects: {
      ...serverObjects(facts),
      AcceptedDomain: facts.acceptedDomains.map((domain, index) =>
        stored(facts, {
          Name: domain,
          DomainName: domain,
          DomainType: 'Authoritative',
          Default: index === 0,
        }),
      ),
      AuthConfig: [authConfig(facts)],
      AuthServer: [],
      IntraOrganizationConnector: [],
      ManagementRole: APPLICATION_ROLES.map(Name => ({ Name })),
      ...shippedPartners(facts),
    },
  };
}

function server(facts: ExchangeFacts): Server {
  const services = ['W3SVC', 'MSExchangeServiceHost', 'WAS'];
  return {
    deployment: facts.name,
    environment: {
      ExchangeInstallPath:
        facts.installPath ?? 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\',
    },
    certificates: [
      storeCertificate(facts.authCertificate, {
        friendlyName: 'Microsoft Exchange Server Auth Certificate',
        services: ['SMTP'],
        exportable: true,
      }),
      storeCertificate(facts.transportCertificate, {
        friendlyName: 'Microsoft Exchange',
        services: ['IIS', 'SMTP'],
        exportable: true,
      }),
    ],
    services: Object.fromEntries(
      services.map(name => [name, { status: 'Running', since: facts.since }]),
    ),
  };
}

function serverObjects(facts: ExchangeFacts): Record<string, StoredObject[]> {
  const [major, minor, ...build] = facts.build.split('.');
  const ofEach = (own: (fqdn: string) => StoredObject): StoredObject[] =>
    facts.servers.map(fqdn => stored(facts, { Name: fqdn.split('.')[0], ...own(fqdn) }));
  return {
    ExchangeServer: ofEach(Fqdn => ({
      Fqdn,
      ServerRole: 'Mailbox',
      Edition: 'Standard',
      AdminDisplayVersion: `Version ${major}.${minor} (Build ${build.join('.')})`,
    })),
    TransportService: ofEach(() => ({
      InternalTransportCertificateThumbprint: storeCertificate(facts.transportCertificate)
        .thumbprint,
    })),
    ClientAccessServer: ofEach(Fqdn => ({
      Fqdn,
      AutoDiscoverServiceInternalUri: `https://${facts.autodiscover}/autodiscover/autodiscover.xml`,
    })),
  };
}

function authConfig(facts: ExchangeFacts): StoredObject {
  return stored(facts, {
    Name: 'Auth Configuration',
    CurrentCertificateThumbprint: storeCertificate(facts.authCertificate).thumbprint,
    PreviousCertificateThumbprint: '',
    NextCertificateThumbprint: '',
    NextCertificateEffectiveDate: null,
    ServiceName: EXCHANGE,
    Realm: '',
  });
}

/** The two partners that setup makes, with the account of the first. */
function shippedPartners(facts: ExchangeFacts): Record<string, StoredObject[]> {
  const account = 'Exchange Online-ApplicationAccount';
  const partner = (own: StoredObject): StoredObject =>
    stored(facts, {
      Realm: '',
      AuthMetadataUrl: '',
      UseAuthServer: true,
      AcceptSecurityIdentifierInformation: false,
      CertificateStrings: [],
      ...own,
    });
  return {
    PartnerApplication: [
      partner({
        Name: 'Exchange Online',
        ApplicationIdentifier: EXCHANGE,
        LinkedAccount: account,
        Enabled: true,
      }),
      partner({
        Name: 'Microsoft Graph',
        ApplicationIdentifier: GRAPH,
        LinkedAccount: null,
        Enabled: true,
      }),
    ],
    User: [
      stored(facts, {
        Name: account,
        Alias: account,
        RecipientTypeDetails: 'LinkedUser',
        AccountDisabled: true,
        HiddenFromAddressListsEnabled: true,
      }),
    ],
    ManagementRoleAssignment: APPLICATION_ROLES.map(Role =>
      stored(facts, {
        Name: `${Role}-${account}`.slice(0, 64),
        Role,
        RoleAssigneeName: account,
        RoleAssigneeType: 'User',
        Enabled: true,
      }),
    ),
  };
}

function stored(facts: ExchangeFacts, own: StoredObject): StoredObject {
  return { ...own, WhenCreatedUTC: facts.since, WhenChangedUTC: facts.since };
}
