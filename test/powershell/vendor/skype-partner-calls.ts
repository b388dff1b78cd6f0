import { expect } from 'vitest';
import type { Session } from '../world.ts';
import {
  ACS_URL,
  CURRENT,
  EXCHANGE_ID,
  EXCHANGE_KEY,
  EXCHANGE_NEXT_KEY,
  EXCHANGE_URL,
  metadataDocument,
} from './skype-world.ts';
import { lyncOf } from './skype-certificate-calls.ts';
import type { VendorCall } from './vendor-call.ts';

const NEW = 'New-CsPartnerApplication -ApplicationTrustLevel Full -Identity';
export const MADE = `$null = ${NEW} microsoft.exchange -MetadataUrl ${EXCHANGE_URL}`;
const SERVER = `$null = New-CsOAuthServer microsoft.sts -MetadataUrl "${ACS_URL}"`;
const BASE64 = Buffer.from(CURRENT).toString('base64');
const BY_SERVER = `${NEW} microsoft.exchange -ApplicationIdentifier ${EXCHANGE_ID}`;
const BROKEN = 'https://broken.litwareinc.com/autodiscover/metadata/json/1';
const START = 'https://start.litwareinc.com/autodiscover/metadata/json/1';
const GONE = 'https://gone.litwareinc.com/autodiscover/metadata/json/1';

const partnersOf = (session: Session) =>
  session.world.deployments['lync']?.objects['CsPartnerApplication'] ?? [];
const textOf = (key: Uint8Array): string => Buffer.from(key).toString('base64');
export const lastSeen = (session: Session): readonly string[] => session.entered.at(-1)?.seen ?? [];

/** Calls of one command, each of them refused by the row that it names first. */
export const refused = (command: string, calls: readonly (readonly [string, ...string[]])[]) =>
  calls.map(([row, ...lines]): VendorCall => ({
    page: 'assumed',
    what: `${command} refuses: ${row}`,
    lines,
    rows: [`${command.toLowerCase()}-${row}`],
  }));

const creating: readonly VendorCall[] = [
  {
    page: 'SFB-PARTNER',
    what: 'a partner by its metadata document',
    lines: [
      MADE,
      "Get-CsPartnerApplication microsoft.exchange | ForEach-Object { '{0} {1} {2} {3} {4}' -f $_.ApplicationIdentifier, $_.Realm, $_.AuthToken, $_.ApplicationTrustLevel, $_.Enabled }",
    ],
    rows: ['new-cspartnerapplication-creates-metadata', 'get-cspartnerapplication-lists'],
    then: session => {
      const shown = `${EXCHANGE_ID} litwareinc.com Value=${EXCHANGE_URL} Full True`;
      expect(lastSeen(session)).toEqual([shown]);
      expect(partnersOf(session)[0]).toMatchObject({ keys: [textOf(EXCHANGE_KEY)] });
    },
  },
  {
    page: 'SFB-HYB',
    what: 'a partner whose tokens an OAuth server makes',
    lines: [SERVER, `$null = ${BY_SERVER} -UseOAuthServer`, '(Get-CsPartnerApplication).AuthToken'],
    rows: ['new-csoauthserver-creates', 'new-cspartnerapplication-creates-oauth-server'],
    then: session => expect(lastSeen(session)[0]).toMatch(/SSAuth\.UseOAuthServer$/),
  },
  {
    page: 'CS-New-CsPartnerApplication',
    what: 'a partner by the data of its certificate',
    lines: [
      `${NEW} farm -ApplicationIdentifier ${EXCHANGE_ID} -Realm litware.net -CertificateRawData ${BASE64}`,
    ],
    rows: ['new-cspartnerapplication-creates-certificate'],
    then: session => expect(partnersOf(session)[0]).toMatchObject({ keys: [BASE64] }),
  },
  {
    page: 'CS-New-CsPartnerApplication',
    what: 'a partner by the file of its certificate',
    lines: [
      `${NEW} farm -ApplicationIdentifier ${EXCHANGE_ID} -Realm litware.net -CertificateFileData ./partner.cer`,
    ],
    rows: ['new-cspartnerapplication-creates-certificate'],
  },
  {
    page: 'CS-New-CsPartnerApplication',
    what: '-WhatIf creates nothing',
    lines: [`${NEW} microsoft.exchange -MetadataUrl ${EXCHANGE_URL} -WhatIf`],
    rows: [],
    then: session => expect(partnersOf(session)).toEqual([]),
  },
];

const changing: readonly VendorCall[] = [
  {
    page: 'CS-Set-CsPartnerApplication',
    what: 'one property is changed and no other',
    lines: [MADE, 'Set-CsPartnerApplication -Identity microsoft.exchange -Enabled $false'],
    rows: ['set-cspartnerapplication-changes'],
    then: session =>
      expect(partnersOf(session)[0]).toMatchObject({
        Enabled: false,
        ApplicationTrustLevel: 'Full',
        metadataUrl: EXCHANGE_URL,
      }),
  },
  {
    page: 'CS-Set-CsPartnerApplication',
    what: 'the same address again reads the keys of today',
    lines: [`Set-CsPartnerApplication -Identity microsoft.exchange -MetadataUrl ${EXCHANGE_URL}`],
    rows: ['set-cspartnerapplication-reads-again'],
    given: world => {
      lyncOf(world).objects['CsPartnerApplication'] = [exchangePartner(EXCHANGE_KEY)];
      const body = metadataDocument(EXCHANGE_ID, 'litwareinc.com', EXCHANGE_NEXT_KEY);
      world.web[EXCHANGE_URL] = { body };
    },
    then: session => expect(partnersOf(session)[0]?.['keys']).toEqual([textOf(EXCHANGE_NEXT_KEY)]),
  },
  {
    page: 'SFB-PARTNER',
    what: 'a partner is removed without a question',
    lines: [MADE, 'Remove-CsPartnerApplication microsoft.exchange'],
    rows: ['remove-cspartnerapplication-removes'],
    then: session => expect(partnersOf(session)).toEqual([]),
  },
];

/** A partner that was created when Exchange signed with a key. */
export function exchangePartner(key: Uint8Array): Record<string, unknown> {
  return {
    Identity: 'microsoft.exchange',
    ApplicationIdentifier: EXCHANGE_ID,
    Realm: 'litwareinc.com',
    ApplicationTrustLevel: 'Full',
    AcceptSecurityIdentifierInformation: false,
    Enabled: true,
    source: 'metadata',
    metadataUrl: EXCHANGE_URL,
    keys: [textOf(key)],
  };
}

const SET = 'Set-CsPartnerApplication -Identity microsoft.exchange';

const refusals: readonly VendorCall[] = [
  ...refused('Get-CsPartnerApplication', [
    ['not-found', 'Get-CsPartnerApplication microsoft.exchange'],
  ]),
  ...refused('New-CsPartnerApplication', [
    ['name', `${NEW} "micro*" -MetadataUrl ${EXCHANGE_URL}`],
    ['exists', MADE, `${NEW} Microsoft.Exchange -MetadataUrl ${EXCHANGE_URL}`],
    ['twin', MADE, `${NEW} exchange -MetadataUrl ${EXCHANGE_URL}`],
    [
      'level',
      `New-CsPartnerApplication -Identity x -ApplicationTrustLevel All -MetadataUrl ${EXCHANGE_URL}`,
    ],
    ['metadata-unreachable', `${NEW} x -MetadataUrl ${GONE}`],
    ['metadata-error', `${NEW} x -MetadataUrl ${BROKEN}`],
    ['metadata-invalid', `${NEW} x -MetadataUrl ${START}`],
    ['no-source', BY_SERVER],
    ['no-server', `${BY_SERVER} -UseOAuthServer`],
    [
      'certificate',
      `${NEW} x -ApplicationIdentifier ${EXCHANGE_ID} -Realm litware.net -CertificateRawData AAAA`,
    ],
  ]),
  ...refused('Set-CsPartnerApplication', [
    ['not-found', `${SET} -Enabled $true`],
    ['level', MADE, `${SET} -ApplicationTrustLevel All`],
    ['kind', MADE, `${SET} -CertificateRawData ${BASE64}`],
    ['certificate', MADE, `${SET} -CertificateFileData ./gone.cer`],
    ['no-server', MADE, `${SET} -UseOAuthServer`],
    ['metadata-unreachable', MADE, `${SET} -MetadataUrl ${GONE}`],
    ['metadata-error', MADE, `${SET} -MetadataUrl ${BROKEN}`],
    ['metadata-invalid', MADE, `${SET} -MetadataUrl ${START}`],
    ['other-identity', MADE, `${SET} -MetadataUrl ${ACS_URL}`],
  ]),
  ...refused('Remove-CsPartnerApplication', [
    ['not-found', 'Remove-CsPartnerApplication app'],
    ['wildcard', 'Remove-CsPartnerApplication *'],
  ]),
];

const URL_SET = 'Set-CsOAuthConfiguration -ExchangeAutodiscoverUrl';

const configuring: readonly VendorCall[] = [
  {
    page: 'SFB-PARTNER',
    what: 'the service name, and the realm by itself',
    lines: [
      'Set-CsOAuthConfiguration -ServiceName 00000004-0000-0ff1-ce00-000000000000',
      '(Get-CsOAuthConfiguration).Realm',
    ],
    rows: ['set-csoauthconfiguration-default-realm', 'set-csoauthconfiguration-changes'],
    then: session => expect(lastSeen(session)).toEqual(['litwareinc.com']),
  },
  {
    page: 'SFB-EXPLAN',
    what: 'the address of Autodiscover; the partners come along',
    lines: [
      MADE,
      `${URL_SET} "https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc"`,
      '$all = Get-CsOAuthConfiguration',
      "$all.ExchangeAutodiscoverUrl; $all.PartnerApplications | ForEach-Object { '{0} {1}' -f $_.Identity, $_.AuthToken }",
    ],
    rows: ['set-csoauthconfiguration-changes', 'get-csoauthconfiguration-lists'],
    then: session =>
      expect(lastSeen(session)).toEqual([
        'https://autodiscover.litwareinc.com/autodiscover/autodiscover.svc',
        `microsoft.exchange Value=${EXCHANGE_URL}`,
      ]),
  },
  ...refused('Set-CsOAuthConfiguration', [
    ['not-found', 'Set-CsOAuthConfiguration -Identity site:HQ -Realm litware.net'],
    ['service-name', 'Set-CsOAuthConfiguration -ServiceName lync'],
    ['no-server', 'Set-CsOAuthConfiguration -ClientAuthorizationOAuthServerIdentity evoSTS'],
    ['autodiscover-url', `${URL_SET} autodiscover.litwareinc.com`],
    ['reserved', 'Set-CsOAuthConfiguration -AlternateAudienceUrl https://litware.net'],
  ]),
  ...refused('Get-CsOAuthConfiguration', [['not-found', 'Get-CsOAuthConfiguration site:HQ']]),
];

const EVO =
  '$null = New-CsOAuthServer evoSTS -MetadataUrl https://login.windows.net/common/federationmetadata/2007-06/federationmetadata.xml -AcceptSecurityIdentifierInformation $true -Type AzureAd';

const oauthServers: readonly VendorCall[] = [
  {
    page: 'SFB-HYB',
    what: 'a token service with its realm, recreated as the script of the page does',
    lines: [
      SERVER,
      'Remove-CsOAuthServer microsoft.sts',
      SERVER,
      "Get-CsOAuthServer microsoft.sts | ForEach-Object { '{0}@{1}' -f $_.IssuerIdentifier, $_.Realm }",
    ],
    rows: ['new-csoauthserver-creates', 'remove-csoauthserver-removes', 'get-csoauthserver-lists'],
    then: session =>
      expect(lastSeen(session)).toEqual([
        '00000001-0000-0000-c000-000000000000@7a9c3f00-0000-4000-8000-000000000001',
      ]),
  },
  {
    page: 'SFB-ADAL',
    what: 'the server that authorizes clients is kept while it does',
    lines: [
      EVO,
      'Set-CsOAuthConfiguration -ClientAuthorizationOAuthServerIdentity evoSTS',
      'Remove-CsOAuthServer evoSTS',
    ],
    rows: ['new-csoauthserver-creates', 'remove-csoauthserver-in-use'],
  },
  ...refused('Get-CsOAuthServer', [['not-found', 'Get-CsOAuthServer microsoft.sts']]),
  ...refused('Remove-CsOAuthServer', [['not-found', 'Remove-CsOAuthServer microsoft.sts']]),
  ...refused('New-CsOAuthServer', [
    ['name', `New-CsOAuthServer "" -MetadataUrl ${ACS_URL}`],
    ['exists', SERVER, SERVER],
    ['metadata-unreachable', `New-CsOAuthServer x -MetadataUrl ${GONE}`],
    ['metadata-error', `New-CsOAuthServer x -MetadataUrl ${BROKEN}`],
    ['metadata-invalid', `New-CsOAuthServer x -MetadataUrl ${START}`],
  ]),
];

/** SFB-PARTNER, SFB-HYB, SFB-EXPLAN and the pages of the commands. */
export const PARTNER_CALLS: readonly VendorCall[] = [
  ...creating,
  ...changing,
  ...refusals,
  ...configuring,
  ...oauthServers,
];
