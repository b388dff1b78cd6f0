import type { JsonObject } from '../../src/kernel/json.ts';
import { certificateOf } from '../proof/bundle.ts';
import { testCertificate } from '../support/certificates.ts';
import { testKeyPair } from '../support/keys.ts';
import { thumbprintOf } from '../powershell/estate.ts';
import type { Read } from '../support/evidence.ts';

/** When everything of these tests takes place. */
export const NOW = new Date('2026-11-24T12:00:00Z');

export const SIGNING = {
  skype: certificateOf(testKeyPair(0), 1),
  // As setup makes it.
  exchange: testCertificate(1, {
    subject: 'CN=Microsoft Exchange Server Auth Certificate',
    names: [],
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2030-01-01T00:00:00Z'),
  }),
};

export const IDS = {
  skype: '00000004-0000-0ff1-ce00-000000000000',
  exchange: '00000002-0000-0ff1-ce00-000000000000',
} as const;

/** A partner object at Exchange, as its collector shows it. */
export function atExchange(own: JsonObject = {}): JsonObject {
  return {
    Name: 'LyncEnterprise-1',
    ApplicationIdentifier: IDS.skype,
    Realm: 'litwareinc.com',
    UseAuthServer: false,
    AuthMetadataUrl: 'https://webint.litwareinc.com/metadata/json/1',
    Enabled: true,
    AcceptSecurityIdentifierInformation: false,
    LinkedAccount: 'litware.com/Users/LyncEnterprise-ApplicationAccount',
    ...own,
  };
}

/** A partner object at Skype for Business, as its collector shows it. */
export function atSkype(own: JsonObject = {}): JsonObject {
  return {
    Identity: 'Exchange',
    Name: 'Exchange',
    ApplicationIdentifier: IDS.exchange,
    Realm: 'litware.com',
    AuthToken: 'Value=https://autodiscover.litware.com/autodiscover/metadata/json/1',
    ApplicationTrustLevel: 'Full',
    AcceptSecurityIdentifierInformation: false,
    Enabled: true,
    ...own,
  };
}

type Objects = Record<string, readonly JsonObject[]>;

/** What a collector reads of Skype for Business; `objects` stand in for the usual ones. */
export function skype(objects: Objects = {}, own: Partial<Read> = {}): Read {
  return {
    family: 'skype-for-business-server',
    host: 'fe01.litwareinc.com',
    build: '7.0.2046.0',
    at: '2026-11-24T11:00:00Z',
    certificates: { [thumbprintOf(SIGNING.skype)]: SIGNING.skype },
    ...own,
    objects: {
      'Get-CsSipDomain': [
        { Name: 'litware.net', IsDefault: false },
        { Name: 'litwareinc.com', IsDefault: true },
      ],
      'Get-CsPool': [
        {
          Fqdn: 'pool01.litwareinc.com',
          Computers: ['fe01.litwareinc.com', 'fe02.litwareinc.com'],
          Services: ['UserServer:pool01.litwareinc.com', 'Registrar:pool01.litwareinc.com'],
        },
        {
          Fqdn: 'trusted.litwareinc.com',
          Computers: ['app.litwareinc.com'],
          Services: ['ExternalServer:trusted.litwareinc.com'],
        },
      ],
      'Get-CsService': [
        {
          PoolFqdn: 'pool01.litwareinc.com',
          InternalFqdn: 'webint.litwareinc.com',
          ExternalFqdn: '',
        },
      ],
      'Get-CsCertificate': [{ Thumbprint: thumbprintOf(SIGNING.skype), EffectiveDate: null }],
      'Get-CsOAuthConfiguration': [
        { ServiceName: IDS.skype, Realm: '', ExchangeAutodiscoverUrl: null },
      ],
      'Get-CsPartnerApplication': [atSkype()],
      'Get-CsOAuthServer': [],
      'Get-CsUserServicesPolicy': [{ Identity: 'Global', UcsAllowed: false }],
      'Get-CsArchivingConfiguration': [
        { Identity: 'Global', EnableArchiving: 'None', EnableExchangeArchiving: false },
      ],
      'Get-CsArchivingPolicy': [],
      ...objects,
    },
  };
}

/** What a collector reads of Exchange. */
export function exchange(objects: Objects = {}, own: Partial<Read> = {}): Read {
  return {
    family: 'exchange-server',
    host: 'ex01.litware.com',
    build: '15.2.2562.17',
    at: '2026-11-24T11:00:00Z',
    certificates: { [thumbprintOf(SIGNING.exchange)]: SIGNING.exchange },
    ...own,
    objects: {
      'Get-ExchangeServer': [
        {
          Fqdn: 'EX01.litware.com',
          ServerRole: 'Mailbox',
          Site: 'litware.com/Configuration/Sites/HQ',
          AdminDisplayVersion: 'Version 15.2 (Build 2562.17)',
        },
        { Fqdn: 'edge.litware.com', ServerRole: 'Edge' },
      ],
      'Get-AuthConfig': [
        {
          ServiceName: IDS.exchange,
          Realm: '',
          CurrentCertificateThumbprint: thumbprintOf(SIGNING.exchange),
          PreviousCertificateThumbprint: '',
          NextCertificateThumbprint: '',
          NextCertificateEffectiveDate: null,
        },
      ],
      'Get-AcceptedDomain': [
        { DomainName: 'litware.com', Default: true },
        { DomainName: '*.litware.de', Default: false },
      ],
      'Get-PartnerApplication': [
        atExchange(),
        {
          Name: 'Exchange Online',
          ApplicationIdentifier: IDS.exchange,
          Realm: '',
          UseAuthServer: true,
        },
      ],
      'Get-AuthServer': [],
      'Get-ManagementRoleAssignment': ['UserApplication', 'ArchiveApplication'].map(Role => ({
        Role,
        RoleAssigneeName: 'LyncEnterprise-ApplicationAccount',
      })),
      'Get-ClientAccessService': [
        {
          AutoDiscoverServiceInternalUri:
            'https://autodiscover.litware.com/autodiscover/autodiscover.xml',
        },
      ],
      ...objects,
    },
  };
}
