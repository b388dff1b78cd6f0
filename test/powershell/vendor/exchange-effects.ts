import { expect } from 'vitest';
import type { Session, World } from '../world.ts';
import {
  ACCOUNT,
  ASSIGN,
  CLOCK,
  EX1,
  LYNC,
  LYNC_URL,
  PARTNER,
  STAGE,
  TOKEN_SERVER,
  auth,
  authConfig,
  hasNext,
  lync,
  machine,
  named,
  next,
  objects,
  thumbprint,
  tokenServer,
  transport,
  type Change,
} from './exchange-world.ts';

/** Lines as the page has them, the row that the last one meets, and what the world is like after. */
export type Effect = [
  page: string,
  lines: string[],
  row: string,
  after: (world: World, session: Session) => unknown,
  change?: Change,
];

const seen = (session: Session): readonly string[] => session.entered.at(-1)!.seen;

export const EFFECTS: Effect[] = [
  [
    'EX-Get-ExchangeServer',
    ['(Get-ExchangeServer -Identity ex1).AdminDisplayVersion'],
    'ex-server-read',
    (_, session) => expect(seen(session)).toEqual(['Version 15.2 (Build 2562.17)']),
  ],
  [
    'EX-Get-AcceptedDomain',
    ['(Get-AcceptedDomain | Where-Object { $_.Default }).DomainName'],
    'ex-accepted-domain-read',
    (_, session) => expect(seen(session)).toEqual(['contoso.com']),
  ],
  [
    'EX-Get-TransportService',
    ['(Get-TransportService -Identity ex2).InternalTransportCertificateThumbprint'],
    'ex-transport-read',
    (_, session) => expect(seen(session)).toEqual([thumbprint(transport)]),
  ],
  [
    'EX-Get-ClientAccessServer',
    ['(Get-ClientAccessServer -Identity ex1).AutoDiscoverServiceInternalUri.AbsoluteUri'],
    'ex-client-access-server',
    (_, session) =>
      expect(seen(session)).toEqual([
        'https://autodiscover.contoso.com/autodiscover/autodiscover.xml',
      ]),
  ],
  [
    'EX-Get-ClientAccessService',
    ['@(Get-ClientAccessService).Count'],
    'ex-client-access-service',
    (_, session) => expect(seen(session)).toEqual(['2']),
  ],
  [
    'EX-Set-ADServerSettings',
    ['Set-ADServerSettings -PreferredServer dc2.contoso.lab', '(Get-AuthConfig).OriginatingServer'],
    'ex-auth-config-read',
    (_, session) => expect(seen(session)).toEqual(['dc2.contoso.lab']),
  ],
  [
    'EX-Set-ADServerSettings',
    [
      '@(Get-User -Filter "Name -eq \'Elsewhere\'").Count',
      'Set-ADServerSettings -ViewEntireForest $true',
      '@(Get-User -Filter "Name -eq \'Elsewhere\'").Count',
    ],
    'ex-user-read',
    (_, session) => expect(session.entered.map(line => line.seen)).toEqual([['0'], [], ['1']]),
    world => void objects(world, 'User').push({ Name: 'Elsewhere', domain: 'other.contoso.lab' }),
  ],
  [
    'EX-Get-AuthConfig',
    ['$c = Get-AuthConfig; $c.CurrentCertificateThumbprint; $c.ServiceName; "[$($c.Realm)]"'],
    'ex-auth-config-read',
    (_, session) =>
      expect(seen(session)).toEqual([
        thumbprint(auth),
        '00000002-0000-0ff1-ce00-000000000000',
        '[]',
      ]),
  ],
  [
    'EX-Set-AuthConfig',
    [STAGE],
    'ex-auth-next-set',
    world =>
      expect(authConfig(world)).toMatchObject({
        CurrentCertificateThumbprint: thumbprint(auth),
        NextCertificateThumbprint: thumbprint(next),
        NextCertificateEffectiveDate: '2030-06-20T00:00:00.0000000Z',
      }),
    hasNext,
  ],
  [
    'CSSX-MON',
    [
      `Set-AuthConfig -NewCertificateThumbprint ${thumbprint(next)} -NewCertificateEffectiveDate ([datetime]'${CLOCK}') -Force`,
      'Set-AuthConfig -PublishCertificate',
    ],
    'ex-auth-publish',
    world =>
      expect(authConfig(world)).toMatchObject({
        CurrentCertificateThumbprint: thumbprint(next),
        PreviousCertificateThumbprint: thumbprint(auth),
        NextCertificateThumbprint: '',
        NextCertificateEffectiveDate: null,
      }),
    hasNext,
  ],
  [
    'CSSX-MON',
    [
      STAGE,
      'Set-AuthConfig -PublishCertificate -Force',
      'Set-AuthConfig -ClearPreviousCertificate',
    ],
    'ex-auth-clear-previous',
    world =>
      expect(authConfig(world)).toMatchObject({
        CurrentCertificateThumbprint: thumbprint(next),
        PreviousCertificateThumbprint: '',
      }),
    hasNext,
  ],
  [
    'EX-Set-AuthConfig',
    [`Set-AuthConfig -CertificateThumbprint ${thumbprint(next)} -Force`],
    'ex-auth-current-set',
    world =>
      expect(authConfig(world)).toMatchObject({
        CurrentCertificateThumbprint: thumbprint(next),
        PreviousCertificateThumbprint: '',
      }),
    hasNext,
  ],
  [
    'EX-Set-AuthConfig',
    ['Set-AuthConfig -Realm contoso.com', "Set-AuthConfig -Realm ''"],
    'ex-auth-realm',
    world => expect(authConfig(world)['Realm']).toBe(''),
  ],
  [
    'EX-Set-AuthConfig',
    ['Set-AuthConfig -ServiceName other'],
    'ex-auth-service-name',
    world => expect(authConfig(world)['ServiceName']).toBe('other'),
  ],
  [
    'EX-Get-ExchangeCertificate',
    [
      `$c = Get-ExchangeCertificate -Server ex2 -Thumbprint ${thumbprint(auth)}; $c.Subject; $c.HasPrivateKey; $c.Services; $c.NotAfter.GetType().Name`,
    ],
    'ex-certificate-read',
    (_, session) =>
      expect(seen(session)).toEqual([
        'CN=Microsoft Exchange Server Auth Certificate',
        'True',
        'SMTP',
        'DateTime',
      ]),
  ],
  [
    'EXD-CERT',
    [
      "$c = New-ExchangeCertificate -KeySize 2048 -PrivateKeyExportable $true -SubjectName 'cn=Microsoft Exchange Server Auth Certificate' -FriendlyName 'Microsoft Exchange Server Auth Certificate' -DomainName @() -Force; $c.PublicKeySize; $c.NotAfter -eq $c.NotBefore.AddYears(5); $c.CertificateDomains.Count; $c.Subject",
    ],
    'ex-certificate-transport',
    (world, session) => {
      expect(seen(session)).toEqual([
        '2048',
        'True',
        '0',
        'CN=Microsoft Exchange Server Auth Certificate',
      ]);
      const made = machine(world, EX1).certificates[2];
      expect(made).toMatchObject({
        hasPrivateKey: true,
        exportable: true,
        services: ['SMTP'],
        subject: 'CN=Microsoft Exchange Server Auth Certificate',
      });
      expect(thumbprint(made!.raw)).toBe(made!.thumbprint);
      expect(named(world, 'TransportService', 'ex1')).toMatchObject({
        InternalTransportCertificateThumbprint: made!.thumbprint,
      });
    },
  ],
  [
    'EX-New-ExchangeCertificate',
    ["New-ExchangeCertificate -Services None -SubjectName 'CN=other'"],
    'ex-certificate-new',
    world => {
      expect(machine(world, EX1).certificates[2]).toMatchObject({ services: [] });
      expect(named(world, 'TransportService', 'ex1')).toMatchObject({
        InternalTransportCertificateThumbprint: thumbprint(transport),
      });
    },
  ],
  [
    'EX-Enable-ExchangeCertificate',
    [`Enable-ExchangeCertificate -Thumbprint ${thumbprint(auth)} -Services IIS,SMTP -Force`],
    'ex-certificate-transport',
    world => {
      expect(machine(world, EX1).certificates[0]).toMatchObject({ services: ['SMTP', 'IIS'] });
      expect(named(world, 'TransportService', 'ex1')).toMatchObject({
        InternalTransportCertificateThumbprint: thumbprint(auth),
      });
    },
  ],
  [
    'EX-Enable-ExchangeCertificate',
    [`Enable-ExchangeCertificate -Thumbprint ${thumbprint(auth)} -Services IIS`],
    'ex-certificate-enable',
    world =>
      expect(machine(world, EX1).certificates[0]).toMatchObject({ services: ['SMTP', 'IIS'] }),
  ],
  [
    'EX-Remove-ExchangeCertificate',
    [`Remove-ExchangeCertificate -Thumbprint ${thumbprint(next)} -Confirm:$false`],
    'ex-certificate-remove',
    world => expect(machine(world, EX1).certificates).toHaveLength(2),
    hasNext,
  ],
  [
    'EX-Get-PartnerApplication',
    [
      '$p = Get-PartnerApplication -Identity \'Exchange Online\'; "$($p.LinkedAccount)"; $p.UseAuthServer; "$($p.Identity)"',
    ],
    'ex-partner-read',
    (_, session) =>
      expect(seen(session)).toEqual([
        'contoso.lab/Users/Exchange Online-ApplicationAccount',
        'True',
        'Exchange Online',
      ]),
  ],
  [
    'EX-New-PartnerApplication',
    [PARTNER],
    'ex-partner-new-metadata',
    world =>
      expect(named(world, 'PartnerApplication', 'Lync')).toMatchObject({
        ApplicationIdentifier: LYNC,
        Realm: 'contoso.com',
        AuthMetadataUrl: LYNC_URL,
        UseAuthServer: false,
        CertificateStrings: [lync],
        Enabled: true,
        AcceptSecurityIdentifierInformation: false,
        LinkedAccount: null,
      }),
  ],
  [
    'EX-New-PartnerApplication',
    [`${PARTNER} -TrustAnySSLCertificate`],
    'ex-partner-new-metadata',
    world => expect(named(world, 'PartnerApplication', 'Lync')).toBeDefined(),
    world => void (world.web[LYNC_URL]!.untrusted = true),
  ],
  [
    'SFB-CLOUD',
    [
      'New-PartnerApplication -Name CloudVoicemail -ApplicationIdentifier db7de2b5-2149-435e-8043-e080dd50afae -Enabled $true',
    ],
    'ex-partner-new-acs',
    world =>
      expect(named(world, 'PartnerApplication', 'CloudVoicemail')).toMatchObject({
        UseAuthServer: true,
        Realm: '',
      }),
  ],
  [
    'EXD-HYB',
    [
      "Get-PartnerApplication | Where-Object { $_.ApplicationIdentifier -eq '00000002-0000-0ff1-ce00-000000000000' -and $_.Realm -eq '' } | ForEach-Object { Set-PartnerApplication -Identity $_.Identity -Enabled $false }",
    ],
    'ex-partner-set',
    world =>
      expect(named(world, 'PartnerApplication', 'Exchange Online')).toMatchObject({
        Enabled: false,
        WhenChangedUTC: expect.stringMatching(/^2030-06-10T08/) as string,
      }),
  ],
  [
    'EX-Set-PartnerApplication',
    [ACCOUNT, PARTNER, 'Set-PartnerApplication -Identity Lync -LinkedAccount App -Name Skype'],
    'ex-partner-set',
    world =>
      expect(named(world, 'PartnerApplication', 'Skype')).toMatchObject({
        LinkedAccount: 'App',
      }),
  ],
  [
    'EX-Set-PartnerApplication',
    [
      PARTNER,
      'Set-PartnerApplication -Identity Lync -Realm fabrikam.com -ApplicationIdentifier other',
    ],
    'ex-partner-set-ids',
    world =>
      expect(named(world, 'PartnerApplication', 'Lync')).toMatchObject({
        Realm: 'fabrikam.com',
        ApplicationIdentifier: 'other',
      }),
  ],
  [
    'EX-Set-PartnerApplication',
    [PARTNER, `Set-PartnerApplication -Identity Lync -AuthMetadataUrl ${TOKEN_SERVER}`],
    'ex-partner-set-url',
    world =>
      expect(named(world, 'PartnerApplication', 'Lync')).toMatchObject({
        AuthMetadataUrl: TOKEN_SERVER,
        ApplicationIdentifier: LYNC,
      }),
    tokenServer,
  ],
  [
    'EX-Remove-PartnerApplication',
    [PARTNER, 'Remove-PartnerApplication -Identity Lync -Confirm:$false'],
    'ex-partner-remove',
    world => expect(objects(world, 'PartnerApplication')).toHaveLength(2),
  ],
  [
    'EX-Get-AuthServer',
    [
      `New-AuthServer -Name WindowsAzureACS -AuthMetadataUrl ${TOKEN_SERVER}`,
      '@(Get-AuthServer -Identity Unknown).Count',
    ],
    'ex-auth-server-all',
    (_, session) => expect(seen(session)).toEqual(['1']),
    tokenServer,
  ],
  [
    'EXD-HYB',
    [`New-AuthServer -Name WindowsAzureACS -AuthMetadataUrl ${TOKEN_SERVER}`],
    'ex-auth-server-new',
    world =>
      expect(named(world, 'AuthServer', 'WindowsAzureACS')).toMatchObject({
        IssuerIdentifier: '00000001-0000-0000-c000-000000000000',
        Realm: 'tenant',
        TokenIssuingEndpoint: 'https://tokens/',
      }),
    tokenServer,
  ],
  [
    'EX-Get-IntraOrganizationConnector',
    ['@(Get-IntraOrganizationConnector -Identity Unknown).Count'],
    'ex-connector-all',
    (_, session) => expect(seen(session)).toEqual(['1']),
    world => void objects(world, 'IntraOrganizationConnector').push({ Name: 'A', Enabled: true }),
  ],
  [
    'EX-Get-User',
    ["(Get-User -Filter \"Name -eq 'O''Neil'\").UserPrincipalName"],
    'ex-user-read',
    (_, session) => expect(seen(session)).toEqual(['oneil@contoso.com']),
    world =>
      void objects(world, 'User').push({
        Name: "O'Neil",
        UserPrincipalName: 'oneil@contoso.com',
      }),
  ],
  [
    'EX-New-MailUser',
    [ACCOUNT],
    'ex-mail-user-new',
    world =>
      expect(named(world, 'User', 'App')).toMatchObject({
        AccountDisabled: true,
        HiddenFromAddressListsEnabled: false,
      }),
  ],
  [
    'EX-New-MailUser',
    [
      '$s = New-Object -TypeName Security.SecureString; $s.AppendChar([char]65)',
      `${ACCOUNT} -Password $s -UserPrincipalName app@contoso.com`,
    ],
    'ex-mail-user-new-enabled',
    world => expect(named(world, 'User', 'App')).toMatchObject({ AccountDisabled: false }),
  ],
  [
    'EX-Set-MailUser',
    [
      ACCOUNT,
      'Set-MailUser -Identity App -HiddenFromAddressListsEnabled $true',
      '(Get-MailUser -Identity contoso.lab/Users/App).HiddenFromAddressListsEnabled',
    ],
    'ex-mail-user-read',
    (_, session) => expect(seen(session)).toEqual(['True']),
  ],
  [
    'EX-New-ManagementRoleAssignment',
    [
      ACCOUNT,
      ASSIGN,
      '$a = Get-ManagementRoleAssignment -RoleAssignee App -Role UserApplication; $a.Name; "$($a.Role)"; "$($a.RoleAssignee)"',
    ],
    'ex-role-read',
    (_, session) =>
      expect(seen(session)).toEqual([
        'UserApplication-App',
        'UserApplication',
        'contoso.lab/Users/App',
      ]),
  ],
  [
    'EX-Remove-ManagementRoleAssignment',
    [
      ACCOUNT,
      ASSIGN,
      'Remove-ManagementRoleAssignment -Identity UserApplication-App -Confirm:$false',
    ],
    'ex-role-remove',
    world =>
      expect(named(world, 'ManagementRoleAssignment', 'UserApplication-App')).toBeUndefined(),
  ],
];
