import { expect } from 'vitest';
import { lyncOf } from './skype-certificate-calls.ts';
import { exchangePartner, lastSeen, MADE, refused } from './skype-partner-calls.ts';
import { addExchange, EXCHANGE_KEY } from './skype-world.ts';
import type { VendorCall } from './vendor-call.ts';

const TEST = 'Test-CsExStorageConnectivity -SipUri "sip:kenmyer@litwareinc.com"';
const withPartner =
  (accepts: boolean): NonNullable<VendorCall['given']> =>
  world => {
    addExchange(world, { accepts });
    lyncOf(world).objects['CsPartnerApplication'] = [exchangePartner(EXCHANGE_KEY)];
  };

/** SFB-EXPART, SFB-UCS and the page of the test: what a trust with Exchange does. */
export const TRUST_CALLS: readonly VendorCall[] = [
  {
    page: 'CS-Test-CsExStorageConnectivity',
    what: 'the whole chain holds',
    lines: [`${TEST} -Binding "NetNamedPipe"`],
    rows: ['test-csexstorageconnectivity-passes'],
    given: withPartner(true),
    then: session => expect(lastSeen(session).join()).toContain('passed'),
  },
  {
    page: 'SFB-EXPART',
    what: 'the half on the Exchange side is missing',
    lines: [TEST],
    rows: ['test-csexstorageconnectivity-unauthorized'],
    given: withPartner(false),
  },
  {
    page: 'CS-Test-CsExStorageConnectivity',
    what: 'a caller without the group',
    lines: [TEST],
    rows: ['test-csexstorageconnectivity-access-denied'],
    given: world => void (world.here.groups = ['LITWARE\\CsAdministrator']),
  },
  {
    page: 'CS-Test-CsExStorageConnectivity',
    what: 'the folder of the archive where nothing is archived',
    lines: [`${TEST} -Folder Dumpster`],
    rows: ['test-csexstorageconnectivity-not-archived'],
    given: withPartner(true),
  },
  ...refused('Test-CsExStorageConnectivity', [
    ['no-host', `${TEST} -Binding NetTCP`],
    ['no-user', 'Test-CsExStorageConnectivity -SipUri "sip:kenmyer@fabrikam.com"'],
    ['no-autodiscover', TEST],
  ]),
  {
    page: 'SFB-UCS',
    what: 'the second half of a trust starts the move of contacts',
    lines: [MADE],
    rows: ['new-cspartnerapplication-creates-metadata', 'contacts-move'],
    given: world => void addExchange(world, { accepts: true }),
    then: session => expect(session.world.deployments['lync']?.['contactsMoving']).toBe(true),
  },
  {
    page: 'SFB-UCS',
    what: 'no contact moves where no policy allows it',
    lines: ['Set-CsUserServicesPolicy -Identity global -UcsAllowed $False', MADE],
    rows: ['new-cspartnerapplication-creates-metadata'],
    given: world => void addExchange(world, { accepts: true }),
    then: session => expect(session.world.deployments['lync']?.['contactsMoving']).toBe(false),
  },
];
