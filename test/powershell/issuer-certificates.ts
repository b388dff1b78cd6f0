import { together, type Change, type StepOfRunbook } from './cases.ts';
import { base64, FORMER, later, thumbprintOf } from './estate.ts';
import { doneOnce, nothingToDo } from './kinds.ts';
import { storeCertificate } from './servers/exchange.ts';
import type { State } from './states.ts';
import type { Stop } from './stops.ts';
import { inAnotherGroup } from './trust-states.ts';
import type { Server, StoreCertificate, World } from './world.ts';

/** One assignment for the whole deployment; whether a store has its certificate is another matter. */
interface Issuer {
  readonly side: string;
  readonly topology: string;
  readonly source: unknown;
  readonly thumbprint: string | undefined;
  readonly effective: string | undefined;
}

function issuerOf({ side, resource }: StepOfRunbook, topology: string): Issuer {
  const { source, thumbprint, effective } = resource?.attributes ?? {};
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const named = { thumbprint: text(thumbprint), effective: text(effective) };
  return { side: side.name, topology, source, ...named };
}

/** States in which its script must stop. */
export function issuerStops(step: StepOfRunbook, topology: string): Stop[] {
  const issuer = issuerOf(step, topology);
  const { side, source, thumbprint, effective } = issuer;
  if (thumbprint === undefined) return source === 'existing' ? unnamedStops(side) : [];
  const another = signs(side, FORMER.transport);
  return [
    {
      // Whoever signs: nothing of ours is staged beside it.
      state: 'another one is staged',
      change: together(another, stages(side, FORMER.ending)),
      why: /another certificate is staged already: \S+/,
    },
    effective === undefined
      ? { state: 'another one signs', change: another, why: /never replaced in one blow/ }
      : {
          state: 'another one signs',
          change: another,
          why: /the certificate that signs today is \S+, declared is/,
        },
    ...(source === 'existing' ? [lost(issuer, another)] : []),
  ];
}

function unnamedStops(side: string): Stop[] {
  const why = /no issuer certificate signs here, and the topology names none/;
  return [
    { state: 'none signs', change: inAssignments(side, all => all.splice(0)), why },
    { state: 'what signs has ended', change: signs(side, FORMER.ended), why },
  ];
}

function lost({ side, thumbprint }: Issuer, another: Change): Stop {
  return {
    state: 'another one signs, and ours has no key here',
    change(world) {
      another(world);
      for (const one of serversOf(world, side).flatMap(({ certificates }) => certificates)) {
        if (one.thumbprint === thumbprint) one.hasPrivateKey = false;
      }
    },
    why: /is not in the computer store of this server with its private key/,
  };
}

/** States that its script gets along with. */
export function issuerStates(step: StepOfRunbook, topology: string): State[] {
  const issuer = issuerOf(step, topology);
  return [inAnotherGroup, ...(issuer.thumbprint ? namedStates(issuer) : unnamedStates(issuer))];
}

function unnamedStates(issuer: Issuer): State[] {
  if (issuer.source === 'request') return askedStates(issuer);
  const change = stages(issuer.side, FORMER.ending);
  return [{ state: 'another one is staged', change, kind: 'nothing to do', run: nothingToDo }];
}

function namedStates(issuer: Issuer): State[] {
  const { side, thumbprint = '', source, effective } = issuer;
  const missing = (world: World) =>
    signing(world, side) === thumbprint ? [] : ['it does not sign'];
  const beside: State = {
    state: 'another one is staged beside it',
    change: together(effective ? inEffect(issuer) : undefined, stages(side, FORMER.ending), world =>
      arrive(world, side),
    ),
    isDone: true,
    kind: 'nothing to do',
    run: nothingToDo,
    missing,
  };
  if (source === 'existing' || source === 'request') return [beside];
  const ended: State = {
    state: 'what signs has ended',
    change: signs(side, FORMER.ended),
    kind: 'do',
    run: doneOnce,
    missing,
  };
  return [beside, ended, ...(effective ? rolledStates(issuer) : [])];
}

function rolledStates(issuer: Issuer): State[] {
  const { side, thumbprint } = issuer;
  return [
    {
      state: 'in effect',
      change: inEffect(issuer),
      isDone: true,
      kind: 'nothing to do',
      run: nothingToDo,
      missing: world => (signing(world, side) === thumbprint ? [] : ['it does not sign']),
    },
  ];
}

function inEffect({ side, effective = '' }: Issuer): Change {
  return world => {
    world.clock = later({ ...world, clock: effective }, 60).clock;
    arrive(world, side);
  };
}

/** Servers have what is assigned long since. */
function arrive(world: World, side: string): void {
  const all = world.deployments[side]?.objects['CsCertificate'] ?? [];
  for (const { raw } of all) {
    const one = storeCertificate(String(raw));
    for (const { certificates } of serversOf(world, side)) {
      if (!certificates.some(({ thumbprint }) => thumbprint === one.thumbprint)) {
        certificates.push(one);
      }
    }
  }
}

/** What came back of a request, among others that did not. */
function askedStates({ side, topology }: Issuer): State[] {
  const friendlyName = `Concordat ${topology} ${side}`;
  const others = [
    stored(FORMER.ended, { friendlyName }),
    stored(FORMER.ending, { friendlyName, hasPrivateKey: false }),
    stored(FORMER.transport, { friendlyName: `${friendlyName} 2` }),
  ];
  const keep = (...all: StoreCertificate[]): Change => {
    return world => {
      for (const server of serversOf(world, side)) {
        server.certificates.unshift(...structuredClone(all));
      }
    };
  };
  return [
    {
      state: 'it has come back',
      change: keep(...others, stored(FORMER.ending, { friendlyName })),
      kind: 'nothing to do',
      run: nothingToDo,
    },
    {
      state: 'it has come back to where its request stands',
      change: keep(stored(FORMER.ending, { friendlyName })),
      isDone: true,
      kind: 'nothing to do',
      run: nothingToDo,
    },
    { state: 'others have come back', change: keep(...others), kind: 'do', run: doneOnce },
    {
      state: 'an authority answers',
      change: world => {
        const found = world.deployments[side];
        if (found) found['authorities'] = [AUTHORITY];
      },
      parameters: ` -CA '${AUTHORITY}'`,
      kind: 'do',
      run: doneOnce,
    },
  ];
}

const AUTHORITY = 'dc01.example.com\\Issuing CA';

function stored(certificate: Uint8Array, own: Partial<StoreCertificate>): StoreCertificate {
  return storeCertificate(base64(certificate), own);
}

function serversOf(world: World, side: string): Server[] {
  return Object.values(world.servers).filter(({ deployment }) => deployment === side);
}

type Assignments = Record<string, unknown>[];

function inAssignments(side: string, change: (all: Assignments, world: World) => void): Change {
  return world => {
    const objects = world.deployments[side]?.objects;
    if (!objects) return;
    objects['CsCertificate'] ??= [];
    change(objects['CsCertificate'], world);
  };
}

function assigned(certificate: Uint8Array, effective: string): Assignments[number] {
  return {
    Use: 'OAuthTokenIssuer',
    SourceScope: 'Global',
    slot: 'current',
    Thumbprint: thumbprintOf(certificate),
    friendlyName: '',
    EffectiveDate: effective,
    UpdateTime: LONG_AGO,
    raw: base64(certificate),
  };
}

const LONG_AGO = '2026-01-02T00:00:00.0000000Z';

/** Another one than before signs. */
function signs(side: string, certificate: Uint8Array): Change {
  return inAssignments(side, all => all.splice(0, all.length, assigned(certificate, LONG_AGO)));
}

/** Another one than before is staged, and what signed signs on. */
function stages(side: string, certificate: Uint8Array): Change {
  return inAssignments(side, (all, world) => {
    for (const one of all) one['slot'] = 'previous';
    const [day] = later(world, 60 * 24 * 10).clock.split('T');
    all.push(assigned(certificate, `${day}T00:00:00.0000000Z`));
  });
}

function signing(world: World, side: string): unknown {
  const all = world.deployments[side]?.objects['CsCertificate'] ?? [];
  const current = all.find(({ slot }) => slot === 'current');
  const isStaged = Date.parse(String(current?.['EffectiveDate'])) > Date.parse(world.clock);
  return (isStaged ? all.find(({ slot }) => slot === 'previous') : current)?.['Thumbprint'];
}
