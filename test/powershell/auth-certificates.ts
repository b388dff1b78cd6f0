import { together, inUse, type Change, type StepOfRunbook } from './cases.ts';
import { base64, FORMER, MADE, thumbprintOf } from './estate.ts';
import { brokenTwice, doneOnce, halfWay, nothingToDo } from './kinds.ts';
import { storeCertificate } from './servers/exchange.ts';
import type { State } from './states.ts';
import type { Stop } from './stops.ts';
import { pinned } from './trust-states.ts';
import type { Server, StoreCertificate, StoredObject, World } from './world.ts';

const STRANGER = 'A'.repeat(40);
const HOUR = 3_600_000;
const CURRENT = 'CurrentCertificateThumbprint';
const PREVIOUS = 'PreviousCertificateThumbprint';
const NEXT = 'NextCertificateThumbprint';
const DATE = 'NextCertificateEffectiveDate';
const TRANSPORT = 'InternalTransportCertificateThumbprint';
const FRIENDLY = 'Microsoft Exchange Server Auth Certificate';
/** The certificates of the tests have ended; those that were made in them have not. */
const AFTER_THE_OLD_ONE = '2030-06-01T00:00:00.0000000Z';
const SOON = '2026-06-01T00:00:00.0000000Z';

/** What is declared of a certificate that the whole organisation signs with. */
interface Auth {
  readonly side: string;
  readonly source: unknown;
  readonly thumbprint: string | undefined;
  readonly effective: string | undefined;
}

function authOf({ side, resource }: StepOfRunbook): Auth {
  const { source, thumbprint, effective } = resource?.attributes ?? {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return { side: side.name, source, thumbprint: text(thumbprint), effective: text(effective) };
}

/** States in which its script must stop. */
export function authStops(step: StepOfRunbook): Stop[] {
  const auth = authOf(step);
  if (auth.source === 'host')
    return [...madeStops(auth), ...(auth.effective ? rollStops(auth) : [])];
  if (auth.source !== 'existing') {
    return [...broughtStops(auth), ...(auth.effective ? rollStops(auth) : [replaced(auth)])];
  }
  return auth.thumbprint === undefined ? unnamedStops(auth) : namedStops(auth);
}

function madeStops({ side, effective }: Auth): Stop[] {
  const carries = together(inStores(side, MADE.today), transport(side, thumbprintOf(MADE.today)));
  const all: Stop[] = [
    {
      state: 'one made today carries the mail',
      change: carries,
      why: /has become the internal transport certificate, and no before-image names the former/,
    },
  ];
  if (effective === undefined) return all;
  const elsewhere = slots(side, { [NEXT]: STRANGER, [DATE]: SOON });
  return [
    ...all,
    {
      state: 'staged on another server',
      change: elsewhere,
      why: /the certificate A{40} is not on this server with its private key/,
    },
  ];
}

function broughtStops({ side, effective }: Auth): Stop[] {
  return [
    {
      state: 'another one is staged',
      change: slots(side, { [NEXT]: STRANGER }),
      why: /another certificate is staged already: A{40}/,
    },
    {
      // The first thing to say, whatever else is wrong.
      state: 'what signs is lost',
      change: together(
        slots(side, { [CURRENT]: STRANGER }),
        effective ? late(effective) : undefined,
      ),
      why: /AuthConfig names A{40}, which is not on this server/,
    },
  ];
}

function rollStops({ side, effective = '' }: Auth): Stop[] {
  const another = slots(side, { [CURRENT]: thumbprintOf(FORMER.transport) });
  return [
    {
      state: 'the key of what signs is lost',
      change: keyless(side, /./),
      why: /AuthConfig names \S+, which is not on this server with its private key/,
    },
    {
      state: 'another one signs',
      change: together(inUse, another),
      why: /the certificate that signs today is \S+, declared is/,
    },
    {
      state: 'another one signs, and it is late',
      change: together(another, late(effective)),
      why: /is less than 48 hours ahead/,
    },
    {
      state: 'its day has passed',
      change: world => (world.clock = hours(effective, 20)),
      why: /is less than 48 hours ahead/,
    },
  ];
}

/** What signs is not what is declared, and no roll is. */
function replaced({ side }: Auth): Stop {
  return {
    state: 'another one signs',
    change: slots(side, { [CURRENT]: thumbprintOf(FORMER.transport) }),
    why: /never replaced in one blow: declare issuer\.certificate\.roll/,
  };
}

function unnamedStops({ side }: Auth): Stop[] {
  const why = /no Auth certificate signs here, and the topology names none/;
  return [
    { state: 'none signs', change: slots(side, { [CURRENT]: '' }), why },
    { state: 'what signs has ended', change: signsEnded(side), why },
  ];
}

function namedStops(auth: Auth): Stop[] {
  const { side, thumbprint = '' } = auth;
  const another = slots(side, { [CURRENT]: thumbprintOf(FORMER.transport) });
  return [
    {
      state: 'not on every server',
      change: eachServer(side, server => drop(server, thumbprint)),
      why: /does not have the certificate/,
    },
    {
      state: 'its key is not on every server',
      change: keyless(side, /^ex2/),
      why: /ex2\S* does not have the certificate/,
    },
    replaced(auth),
    {
      state: 'another one signs, and ours is gone',
      change: together(
        another,
        eachServer(side, server => drop(server, thumbprint)),
      ),
      why: /is not on this server with its private key/,
    },
  ];
}

/** States that its script gets along with. */
export function authStates(step: StepOfRunbook): State[] {
  const auth = authOf(step);
  // The step after this one says what becomes of the realm.
  const change: Change = world => pinned(world, auth.side, 'pinned.example.com');
  return [{ state: 'another realm is pinned', change, ...once }, ...sourceStates(auth)];
}

function sourceStates(auth: Auth): State[] {
  if (auth.source === 'host') return auth.effective ? rolledStates(auth) : madeStates(auth);
  if (auth.source === 'existing') return auth.thumbprint ? namedStates(auth) : [];
  return broughtStates(auth);
}

const once = { kind: 'do', run: doneOnce };
const nothing = { kind: 'nothing to do', run: nothingToDo };

function madeStates({ side }: Auth): State[] {
  const twice = together(
    inStores(side, MADE.today, MADE.alsoToday),
    slots(side, {
      [CURRENT]: thumbprintOf(MADE.alsoToday),
      [PREVIOUS]: thumbprintOf(MADE.today),
    }),
  );
  const why = /has become the internal transport certificate, and no before-image names the former/;
  return [
    { state: 'none signs', change: slots(side, { [CURRENT]: '' }), ...once },
    { state: 'made twice today', change: twice, ...nothing },
    { state: 'fresh', change: () => undefined, kind: 'twice broken off, do', run: brokenTwice },
    {
      state: 'nothing carries the mail',
      change: transport(side, ''),
      kind: 'stops half way',
      run: halfWay(why),
    },
    {
      state: 'on another controller',
      change: world => {
        (world.deployments[side]?.['domainControllers'] as string[]).reverse();
      },
      isDone: true,
      ...nothing,
    },
  ];
}

function rolledStates({ side, effective = '' }: Auth): State[] {
  const days: Change = world => (world.clock = hours(world.clock, 72));
  return [
    { state: 'staged for days', change: days, isDone: true, ...nothing },
    {
      state: 'in effect',
      change: world => (world.clock = hours(effective, 20)),
      isDone: true,
      missing: () => [],
      ...nothing,
    },
    {
      state: 'published early',
      change: together(days, published(side)),
      isDone: true,
      missing: () => [],
      ...nothing,
    },
    {
      state: 'never promoted, and what signs has ended',
      change: together(slots(side, { promotes: null }), world => (world.clock = AFTER_THE_OLD_ONE)),
      isDone: true,
      ...once,
    },
  ];
}

function broughtStates({ side, thumbprint = '', effective }: Auth): State[] {
  const staged = slots(side, { [NEXT]: thumbprint, [DATE]: effective ?? SOON });
  return [
    { state: 'staged on another server', change: staged, ...once },
    ...(effective
      ? []
      : [{ state: 'none signs', change: slots(side, { [CURRENT]: '' }), ...once }]),
  ];
}

function namedStates({ side, thumbprint = '' }: Auth): State[] {
  return [{ state: 'it carries the mail too', change: transport(side, thumbprint), ...nothing }];
}

function authIn(world: World, side: string): StoredObject {
  return world.deployments[side]?.objects['AuthConfig']?.[0] ?? {};
}

function slots(side: string, values: StoredObject): Change {
  return world => Object.assign(authIn(world, side), values);
}

/** Somebody did by hand what its day would have done. */
function published(side: string): Change {
  return world => {
    const auth = authIn(world, side);
    Object.assign(auth, { [PREVIOUS]: auth[CURRENT], [CURRENT]: auth[NEXT], [NEXT]: '' });
    Object.assign(auth, { [DATE]: null, promotes: null });
  };
}

function signsEnded(side: string): Change {
  return together(
    inStores(side, FORMER.ended),
    slots(side, { [CURRENT]: thumbprintOf(FORMER.ended) }),
  );
}

function transport(side: string, thumbprint: string): Change {
  return world => {
    for (const one of world.deployments[side]?.objects['TransportService'] ?? []) {
      one[TRANSPORT] = thumbprint;
    }
  };
}

function eachServer(side: string, change: (server: Server, host: string) => void): Change {
  return world => {
    for (const [host, server] of Object.entries(world.servers)) {
      if (server.deployment === side) change(server, host);
    }
  };
}

function inStores(side: string, ...certificates: Uint8Array[]): Change {
  const all: StoreCertificate[] = certificates.map(one =>
    storeCertificate(base64(one), { friendlyName: FRIENDLY, exportable: true }),
  );
  return eachServer(side, server => server.certificates.unshift(...structuredClone(all)));
}

function drop(server: Server, thumbprint: string): void {
  server.certificates = server.certificates.filter(one => one.thumbprint !== thumbprint);
}

/** What signs has no key any more on some servers. */
function keyless(side: string, hosts: RegExp): Change {
  return world => {
    const signing = authIn(world, side)[CURRENT];
    const change = eachServer(side, (server, host) => {
      for (const one of server.certificates) {
        if (hosts.test(host) && one.thumbprint === signing) one.hasPrivateKey = false;
      }
    });
    change(world);
  };
}

function late(effective: string): Change {
  return world => (world.clock = hours(effective, -20));
}

function hours(from: string, count: number): string {
  return new Date(Date.parse(from) + count * HOUR).toISOString();
}
