import { expect } from 'vitest';
import type { Session } from '../world.ts';
import { exchangePartner } from './skype-partner-calls.ts';
import { lyncOf } from './skype-certificate-calls.ts';
import { addExchange, EXCHANGE_KEY, THUMBPRINTS } from './skype-world.ts';
import type { VendorCall } from './vendor-call.ts';

const lastSeen = (session: Session): readonly string[] => session.entered.at(-1)?.seen ?? [];
const objectsOf = (session: Session, kind: string) =>
  session.world.deployments['lync']?.objects[kind] ?? [];

const changing: readonly VendorCall[] = [
  {
    page: 'SFB-UCS',
    what: 'the contact store is off for everyone, on for some',
    lines: [
      'Set-CsUserServicesPolicy -Identity global -UcsAllowed $False',
      '$null = New-CsUserServicesPolicy -Identity "AllowUnifiedContactStore" -UcsAllowed $True',
      "Get-CsUserServicesPolicy | ForEach-Object { '{0} {1}' -f $_.Identity, $_.UcsAllowed }",
    ],
    rows: [
      'set-csuserservicespolicy-changes',
      'new-csuserservicespolicy-creates',
      'get-csuserservicespolicy-lists',
    ],
    then: session =>
      expect(lastSeen(session)).toEqual(['Global False', 'Tag:AllowUnifiedContactStore True']),
  },
  {
    page: 'CS-Set-CsUserServicesPolicy',
    what: 'without an identity it is the global policy',
    lines: ['Set-CsUserServicesPolicy -UcsAllowed $False'],
    rows: ['set-csuserservicespolicy-changes'],
    then: session =>
      expect(objectsOf(session, 'CsUserServicesPolicy')[0]).toMatchObject({ UcsAllowed: false }),
  },
  {
    page: 'CS-New-CsArchivingPolicy',
    what: 'a policy of a site',
    lines: [
      '$null = New-CsArchivingPolicy -Identity site:HQ -ArchiveInternal $True',
      'Set-CsArchivingPolicy -Identity site:HQ -ArchiveExternal $True',
      'Get-CsArchivingPolicy -Filter "site:*" | ForEach-Object { \'{0} {1} {2}\' -f $_.Identity, $_.ArchiveInternal, $_.ArchiveExternal }',
    ],
    rows: [
      'new-csarchivingpolicy-creates',
      'set-csarchivingpolicy-changes',
      'get-csarchivingpolicy-lists',
    ],
    then: session => expect(lastSeen(session)).toEqual(['Site:HQ True True']),
  },
  {
    page: 'SFB-ARCH',
    what: 'archiving goes to Exchange',
    lines: [
      'Set-CsArchivingConfiguration -Identity "global" -EnableArchiving "ImAndWebConf" -EnableExchangeArchiving $True',
      "Get-CsArchivingConfiguration global | ForEach-Object { '{0} {1} {2}' -f $_.EnableArchiving, $_.EnableExchangeArchiving, $_.KeepArchivingDataForDays }",
    ],
    rows: ['set-csarchivingconfiguration-changes', 'get-csarchivingconfiguration-lists'],
    then: session => expect(lastSeen(session)).toEqual(['ImAndWebConf True 14']),
  },
  {
    page: 'CS-New-CsArchivingConfiguration',
    what: 'settings of a site',
    lines: ['$null = New-CsArchivingConfiguration -Identity site:HQ -EnableArchiving "ImOnly"'],
    rows: ['new-csarchivingconfiguration-creates'],
    then: session =>
      expect(objectsOf(session, 'CsArchivingConfiguration')[1]).toMatchObject({
        Identity: 'Site:HQ',
        EnableArchiving: 'ImOnly',
      }),
  },
];

const KINDS = ['CsUserServicesPolicy', 'CsArchivingPolicy', 'CsArchivingConfiguration'] as const;

const refused = (command: string, row: string, ...lines: string[]): VendorCall => ({
  page: 'assumed',
  what: `${command} refuses: ${row}`,
  lines,
  rows: [`${command.toLowerCase()}-${row}`],
});

/** What is the same for all three kinds of settings: also of Remove-CsUserServicesPolicy. */
const common: readonly VendorCall[] = KINDS.flatMap(kind => [
  refused(`Get-${kind}`, 'not-found', `Get-${kind} -Identity site:HQ`),
  refused(`New-${kind}`, 'global', `New-${kind} -Identity global`),
  refused(
    `New-${kind}`,
    'exists',
    `$null = New-${kind} -Identity site:HQ`,
    `New-${kind} -Identity Site:hq`,
  ),
  refused(`New-${kind}`, 'no-site', `New-${kind} -Identity site:Redmond`),
  refused(
    `New-${kind}`,
    'scope',
    `New-${kind} -Identity ${kind === 'CsArchivingConfiguration' ? 'Sales' : '"Sales*"'}`,
  ),
  refused(`Set-${kind}`, 'not-found', `Set-${kind} -Identity site:HQ`),
  refused(`Remove-${kind}`, 'not-found', `Remove-${kind} -Identity site:HQ -Confirm:$false`),
  refused(`Remove-${kind}`, 'wildcard', `Remove-${kind} -Identity "site:*" -Confirm:$false`),
  refused(`Remove-${kind}`, 'asks', `Remove-${kind} -Identity global`),
  {
    page: `CS-Remove-${kind}`,
    what: `${kind} of a site is removed`,
    lines: [
      `$null = New-${kind} -Identity site:HQ`,
      `Remove-${kind} -Identity site:HQ -Confirm:$false`,
    ],
    rows: [`new-${kind.toLowerCase()}-creates`, `remove-${kind.toLowerCase()}-removes`],
    then: session => expect(objectsOf(session, kind)).toHaveLength(1),
  },
  {
    page: `CS-Remove-${kind}`,
    what: `the global ${kind} goes back to its defaults`,
    lines: [`Remove-${kind} -Identity global -Confirm:$false`],
    rows: [`remove-${kind.toLowerCase()}-resets-global`],
    then: session => expect(objectsOf(session, kind)).toHaveLength(1),
  },
]);

const values: readonly VendorCall[] = [
  refused(
    'Set-CsUserServicesPolicy',
    'value',
    'Set-CsUserServicesPolicy -MigrationDelayInDays 200',
  ),
  refused(
    'New-CsUserServicesPolicy',
    'value',
    'New-CsUserServicesPolicy -Identity Sales -MigrationDelayInDays 200',
  ),
  refused(
    'Set-CsArchivingConfiguration',
    'value',
    'Set-CsArchivingConfiguration -Identity global -EnableArchiving All',
  ),
  refused(
    'New-CsArchivingConfiguration',
    'value',
    'New-CsArchivingConfiguration -Identity site:HQ -CachePurgingInterval 2',
  ),
];

const ROLLBACK = 'Invoke-CsUcsRollback -Identity';

const rollingBack: readonly VendorCall[] = [
  {
    page: 'CS-Invoke-CsUcsRollback',
    what: 'the contacts of a user come back',
    lines: [`${ROLLBACK} "Ken Myer" -Confirm:$False`],
    rows: ['invoke-csucsrollback-moves-back'],
    given: world => {
      addExchange(world, { accepts: true });
      lyncOf(world).objects['CsPartnerApplication'] = [exchangePartner(EXCHANGE_KEY)];
    },
    then: session => expect(objectsOf(session, 'CsUser')[0]).toMatchObject({ contactsIn: 'skype' }),
  },
  {
    page: 'SFB-UCS',
    what: 'it asks for each user',
    lines: [`${ROLLBACK} "Ken Myer"`],
    rows: ['invoke-csucsrollback-asks'],
    given: world =>
      void (lyncOf(world).objects['CsUser'] = [
        { SipAddress: 'sip:k@litwareinc.com', DisplayName: 'Ken Myer', contactsIn: 'exchange' },
      ]),
  },
  refused('Invoke-CsUcsRollback', 'not-moved', `${ROLLBACK} "Ken Myer" -Confirm:$False`),
  refused('Invoke-CsUcsRollback', 'not-found', `${ROLLBACK} "Pilar Ackerman" -Confirm:$False`),
];

const REPLICAS =
  "Get-CsManagementStoreReplicationStatus | ForEach-Object { '{0} {1}' -f $_.ReplicaFqdn, $_.UpToDate }";

const topology: readonly VendorCall[] = [
  {
    page: 'CS-Get-CsSipDomain',
    what: 'the default domain',
    lines: ['(Get-CsSipDomain | Where-Object { $_.IsDefault }).Name'],
    rows: ['get-cssipdomain-lists'],
    then: session => expect(lastSeen(session)).toEqual(['litwareinc.com']),
  },
  {
    page: 'CS-Get-CsPool',
    what: 'the servers of a pool',
    lines: ['(Get-CsPool -Identity pool01.litwareinc.com).Computers'],
    rows: ['get-cspool-lists'],
    then: session =>
      expect(lastSeen(session)).toEqual(['fe01.litwareinc.com', 'fe02.litwareinc.com']),
  },
  {
    page: 'CS-Get-CsService',
    what: 'the names of the web services',
    lines: [
      "Get-CsService -WebServer | ForEach-Object { '{0} {1}' -f $_.PoolFqdn, $_.ExternalFqdn }",
    ],
    rows: ['get-csservice-lists'],
    then: session =>
      expect(lastSeen(session)).toEqual(['pool01.litwareinc.com lyncweb.litwareinc.com']),
  },
  {
    page: 'CS-Get-CsServerVersion',
    what: 'a text',
    lines: ['Get-CsServerVersion'],
    rows: ['get-csserverversion-says'],
    then: session => expect(lastSeen(session).join()).toMatch(/\(7\.0\.2046\.0\): /),
  },
  {
    page: 'CS-Get-CsManagementStoreReplicationStatus',
    what: 'all servers have the last change',
    lines: [REPLICAS],
    rows: ['get-csmanagementstorereplicationstatus-up-to-date'],
    then: session =>
      expect(lastSeen(session)).toEqual(['fe01.litwareinc.com True', 'fe02.litwareinc.com True']),
  },
  {
    page: 'CS-Get-CsManagementStoreReplicationStatus',
    what: 'a change has not arrived',
    lines: [
      `Set-CsCertificate -Identity global -Type OAuthTokenIssuer -Thumbprint ${THUMBPRINTS.next}`,
      REPLICAS,
    ],
    rows: ['set-cscertificate-replaces', 'get-csmanagementstorereplicationstatus-behind'],
    then: session =>
      expect(lastSeen(session)).toEqual(['fe01.litwareinc.com False', 'fe02.litwareinc.com False']),
  },
  ...(
    [
      ['Get-CsSipDomain', 'Get-CsSipDomain fabrikam.com'],
      ['Get-CsPool', 'Get-CsPool pool02.litwareinc.com'],
      ['Get-CsService', 'Get-CsService WebServer:pool02.litwareinc.com'],
      [
        'Get-CsManagementStoreReplicationStatus',
        'Get-CsManagementStoreReplicationStatus fe09.litwareinc.com',
      ],
    ] as const
  ).map(([command, line]) => refused(command, 'not-found', line)),
];

/** SFB-UCS, SFB-ARCH and the pages of the commands. */
export const SETTING_CALLS: readonly VendorCall[] = [
  ...changing,
  ...common,
  ...values,
  ...rollingBack,
  ...topology,
];
