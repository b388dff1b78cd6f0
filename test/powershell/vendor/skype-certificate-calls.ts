import { expect } from 'vitest';
import type { Deployment, Session, World } from '../world.ts';
import { stage, THUMBPRINTS } from './skype-world.ts';
import type { VendorCall } from './vendor-call.ts';

export const SET = 'Set-CsCertificate -Identity global -Type OAuthTokenIssuer';
const SHOW =
  "Get-CsCertificate -Type OAuthTokenIssuer | ForEach-Object { '{0} {1:yyyy-MM-dd} {2}' -f $_.Thumbprint, $_.EffectiveDate, $_.PreviousThumbprint }";
const { current, next } = THUMBPRINTS;

export const lyncOf = (world: World): Deployment => world.deployments['lync'] as Deployment;
const lastSeen = (session: Session): readonly string[] => session.entered.at(-1)?.seen ?? [];
export const certificatesOf = (session: Session) =>
  session.world.servers['fe01.litwareinc.com']?.certificates ?? [];

const asking: readonly VendorCall[] = [
  {
    page: 'SFB-CERT',
    what: 'whether a certificate is assigned',
    lines: ['(Get-CsCertificate -Type OAuthTokenIssuer).Thumbprint'],
    rows: ['get-cscertificate-lists'],
    then: session => expect(lastSeen(session)).toEqual([current]),
  },
  {
    page: 'SFB-CERT',
    what: 'nothing where none is assigned',
    lines: ['Get-CsCertificate -Type OAuthTokenIssuer'],
    rows: ['get-cscertificate-lists'],
    given: world => void (lyncOf(world).objects['CsCertificate'] = []),
    then: session => expect(lastSeen(session)).toEqual([]),
  },
  {
    page: 'assumed',
    what: 'a type that is none',
    lines: ['Get-CsCertificate -Type OAuthTokenIssuers'],
    rows: ['get-cscertificate-type'],
  },
];

const assigning: readonly VendorCall[] = [
  {
    page: 'SFB-CERT',
    what: 'an existing certificate becomes the current one at once',
    lines: [`${SET} -Thumbprint ${next}`, SHOW],
    rows: ['set-cscertificate-replaces', 'get-cscertificate-lists'],
    then: session => expect(lastSeen(session)).toEqual([`${next} 2030-03-01 ${current}`]),
  },
  {
    page: 'SFB-CERT',
    what: 'the first one, where there is none',
    lines: [`${SET} -Thumbprint ${next}`, SHOW],
    rows: ['set-cscertificate-replaces', 'get-cscertificate-lists'],
    given: world => void (lyncOf(world).objects['CsCertificate'] = []),
    then: session => expect(lastSeen(session)).toEqual([`${next} 2030-03-01 `]),
  },
  {
    page: 'SFB-STAGE',
    what: 'a roll on a date is printed as one object',
    lines: [`${SET} -Thumbprint ${next} -Roll -EffectiveDate "7/21/2030 1:00:00 PM"`, SHOW],
    rows: ['set-cscertificate-stages', 'get-cscertificate-staged-one'],
    then: session => expect(lastSeen(session)).toEqual([`${next} 2030-07-21 ${current}`]),
  },
  {
    page: 'assumed',
    what: 'a roll on a date is printed as two objects',
    lines: [`${SET} -Thumbprint ${next} -Roll -EffectiveDate "7/21/2030 1:00:00 PM"`, SHOW],
    rows: ['set-cscertificate-stages', 'get-cscertificate-staged-two'],
    given: world => void (lyncOf(world)['stagedShape'] = 'two'),
    then: session =>
      expect(lastSeen(session)).toEqual([`${current} 2030-01-01 `, `${next} 2030-07-21 `]),
  },
  {
    page: 'SFB-STAGE',
    what: 'the example without the scope, which the same page gives elsewhere',
    lines: [
      `Set-CsCertificate -Type OAuthTokenIssuer -Thumbprint ${next} -Roll -EffectiveDate "7/21/2030 1:00:00 PM"`,
    ],
    rows: ['set-cscertificate-scope'],
  },
];

/** Each of them is refused. */
const refusedAssignments: readonly VendorCall[] = (
  [
    ['CS-Set-CsCertificate', 'a roll without a date', next, '-Roll', 'roll-without-date'],
    ['SFB-STAGE', 'a date too near the end', next, '-Roll -EffectiveDate 2031-12-31', 'date-late'],
    ['assumed', 'a date that has passed', next, '-Roll -EffectiveDate 2030-02-01', 'date-past'],
    ['assumed', 'a date without a roll', next, '-EffectiveDate 2030-07-21', 'date-without-roll'],
    [
      'assumed',
      'a date before the certificate is valid',
      THUMBPRINTS.later,
      '-Roll -EffectiveDate 2030-07-21',
      'date-outside',
    ],
    ['CS-Set-CsCertificate', 'an unknown thumbprint', 'B142918E463981A7', '', 'not-in-store'],
    ['SFB-CERT', 'a certificate without its key', THUMBPRINTS.withoutKey, '', 'no-key'],
    ['SFB-STAGE', 'a key that may not leave', THUMBPRINTS.bound, '', 'not-exportable'],
    ['SFB-CERT', 'a short key', THUMBPRINTS.short, '', 'short-key'],
    ['assumed', 'an expired certificate', THUMBPRINTS.expired, '', 'expired'],
  ] as const
).map(([page, what, thumbprint, rest, row]) => ({
  page,
  what,
  lines: [`${SET} -Thumbprint ${thumbprint} ${rest}`],
  rows: [`set-cscertificate-${row}`],
}));

const otherAssignments: readonly VendorCall[] = [
  {
    page: 'assumed',
    what: 'a second roll during a roll',
    lines: [`${SET} -Thumbprint ${current} -Roll -EffectiveDate 2030-08-01`],
    rows: ['set-cscertificate-roll-under-way'],
    given: stage,
  },
  {
    page: 'assumed',
    what: 'a roll where nothing is assigned',
    lines: [`${SET} -Thumbprint ${next} -Roll -EffectiveDate 2030-08-01`],
    rows: ['set-cscertificate-roll-of-nothing'],
    given: world => void (lyncOf(world).objects['CsCertificate'] = []),
  },
  {
    page: 'assumed',
    what: 'no type',
    lines: [`Set-CsCertificate -Identity global -Thumbprint ${next}`],
    rows: ['set-cscertificate-type'],
  },
  {
    page: 'CS-Set-CsCertificate',
    what: 'a PFX file takes over at once',
    lines: [
      'Set-CsCertificate -Identity global -Type OAuthTokenIssuer -Path ./next.pfx -Password "P@ssw0rd"',
    ],
    rows: ['set-cscertificate-replaces'],
  },
  {
    page: 'assumed',
    what: 'a PFX file that is not there',
    lines: ['Set-CsCertificate -Identity global -Type OAuthTokenIssuer -Path ./gone.pfx'],
    rows: ['set-cscertificate-no-file'],
  },
  {
    page: 'assumed',
    what: 'a PFX file with another password',
    lines: [
      'Set-CsCertificate -Identity global -Type OAuthTokenIssuer -Path ./next.pfx -Password x',
    ],
    rows: ['set-cscertificate-password'],
  },
];

const IMPORT = 'Import-CsCertificate -Path';

const importing: readonly VendorCall[] = [
  {
    page: 'SFB-CERT',
    what: 'a PFX file is assigned',
    lines: [`${IMPORT} ./next.pfx -Password "P@ssw0rd" -Identity global -Type OAuthTokenIssuer`],
    rows: ['import-cscertificate-replaces'],
  },
  {
    page: 'SFB-STAGE',
    what: 'a PFX file is staged',
    lines: [
      `${IMPORT} ./next.pfx -Password "P@ssw0rd" -Identity global -Type OAuthTokenIssuer -Roll -EffectiveDate 2030-07-21`,
    ],
    rows: ['import-cscertificate-stages'],
  },
  {
    page: 'CS-Import-CsCertificate',
    what: 'a PFX file only loads the store',
    lines: [`${IMPORT} ./fresh.pfx -Password "P@ssw0rd" -PrivateKeyExportable $true`],
    rows: ['import-cscertificate-loads'],
    then: session => expect(certificatesOf(session).at(-1)?.exportable).toBe(true),
  },
  ...(
    [
      ['type', './next.pfx -Password "P@ssw0rd" -Identity global -Type Issuer'],
      ['scope', './next.pfx -Password "P@ssw0rd" -Identity fe01 -Type OAuthTokenIssuer'],
      ['no-file', './gone.pfx -Password "P@ssw0rd"'],
      ['password', './next.pfx -Password "x"'],
    ] as const
  ).map(([row, rest]) => ({
    page: 'assumed',
    what: `an import is refused: ${row}`,
    lines: [`${IMPORT} ${rest}`],
    rows: [`import-cscertificate-${row}`],
  })),
];

const REMOVE = 'Remove-CsCertificate -Type OAuthTokenIssuer';

const removing: readonly VendorCall[] = [
  {
    page: 'CS-Remove-CsCertificate',
    what: 'a certificate in use is asked about',
    lines: [`${REMOVE} -Identity Global`],
    rows: ['remove-cscertificate-asks'],
  },
  {
    page: 'CS-Remove-CsCertificate',
    what: '-Force answers',
    lines: [`${REMOVE} -Identity Global -Force`],
    rows: ['remove-cscertificate-drops-current'],
    then: session => expect(certificatesOf(session).map(one => one.thumbprint)).toContain(current),
  },
  {
    page: 'SFB-STAGE',
    what: 'the one before goes when it has expired',
    lines: [`${SET} -Thumbprint ${next}`, `${REMOVE} -Identity Global -Previous -Force`, SHOW],
    rows: ['remove-cscertificate-drops-previous', 'get-cscertificate-lists'],
    then: session => expect(lastSeen(session)).toEqual([`${next} 2030-03-01 `]),
  },
  {
    page: 'SFB-STAGE',
    what: 'the example without the scope',
    lines: [`${REMOVE} -Previous -Force`],
    rows: ['remove-cscertificate-scope'],
  },
  {
    page: 'assumed',
    what: 'no previous certificate to remove',
    lines: [`${REMOVE} -Identity Global -Previous -Force`],
    rows: ['remove-cscertificate-not-found'],
  },
  {
    page: 'assumed',
    what: 'a type that is none',
    lines: ['Remove-CsCertificate -Type Issuer -Identity Global -Force'],
    rows: ['remove-cscertificate-type'],
  },
  {
    page: 'assumed',
    what: 'the one that still signs while another is staged',
    lines: [`${REMOVE} -Identity Global -Previous -Force`],
    rows: ['remove-cscertificate-staged'],
    given: stage,
  },
];

/** SFB-CERT, SFB-STAGE and the pages of the commands. */
export const CERTIFICATE_CALLS: readonly VendorCall[] = [
  ...asking,
  ...assigning,
  ...refusedAssignments,
  ...otherAssignments,
  ...importing,
  ...removing,
];
