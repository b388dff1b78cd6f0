import type { Change, StepOfRunbook } from './cases.ts';
import { FORMER, thumbprintOf } from './estate.ts';
import type { Stop } from './stops.ts';
import type { StoredObject, World } from './world.ts';

const STRANGER = 'A'.repeat(40);
const HOUR = 3_600_000;
/** Every certificate of the tests has ended by then. */
const LATE = '2060-01-01T00:00:00.0000000Z';

/** States in which a certificate's script must stop. */
export function certificateStops(step: StepOfRunbook): Stop[] {
  const { attributes = {} } = step.resource ?? {};
  const { source, thumbprint, effective } = attributes;
  const brought = source === 'import' || source === 'generate';
  const rolls = typeof effective === 'string';
  const all = [...(brought ? [ended] : []), ...(rolls ? [tooLate(effective)] : [])];
  if (step.side.family !== 'exchange-server') return rolls ? [...all, lyncAnother(step)] : all;
  const { staged, lost, gone, another } = inExchange(step);
  return [
    ...all,
    ...(brought ? [staged, lost] : []),
    ...(typeof thumbprint === 'string' && source === 'existing' ? [gone] : []),
    ...(rolls ? [another] : []),
  ];
}

interface Signs {
  readonly staged: Stop;
  readonly lost: Stop;
  readonly gone: Stop;
  readonly another: Stop;
}

const ended: Stop = {
  state: 'ended long ago',
  change: world => (world.clock = LATE),
  why: /the declared certificate ended on/,
};

function tooLate(effective: string): Stop {
  return {
    state: 'too late to stage',
    change: world => (world.clock = new Date(Date.parse(effective) - 20 * HOUR).toISOString()),
    why: /is less than \d+ hours ahead/,
  };
}

function inExchange({ side, resource }: StepOfRunbook): Signs {
  const auth = (change: (one: StoredObject, world: World) => void): Change => {
    return world => {
      for (const one of world.deployments[side.name]?.objects['AuthConfig'] ?? []) {
        change(one, world);
      }
    };
  };
  return {
    staged: {
      state: 'another one is staged',
      change: auth(one => (one['NextCertificateThumbprint'] = STRANGER)),
      why: /another certificate is staged already: A{40}/,
    },
    lost: {
      state: 'what signs is lost',
      change: auth(one => (one['CurrentCertificateThumbprint'] = STRANGER)),
      why: /AuthConfig names A{40}, which is not on this server/,
    },
    gone: {
      state: 'not on every server',
      change: withoutCertificate(side.name, resource?.attributes['thumbprint']),
      why: /does not have the certificate|is not on this server with its private key/,
    },
    another: {
      state: 'another one signs',
      change: auth((one, world) => {
        one['CurrentCertificateThumbprint'] = strangerIn(world, side.name, one);
      }),
      why: /the certificate that signs today is/,
    },
  };
}

/** One that is in the store and signs nothing. */
function strangerIn(world: World, side: string, auth: StoredObject): string {
  const servers = Object.values(world.servers).filter(({ deployment }) => deployment === side);
  const others = servers.flatMap(({ certificates }) => certificates);
  const found = others.find(
    ({ thumbprint }) => thumbprint !== auth['CurrentCertificateThumbprint'],
  );
  return found?.thumbprint ?? STRANGER;
}

/** One object for the whole deployment; whether a store has its certificate is not asked. */
function lyncAnother({ side }: StepOfRunbook): Stop {
  const stranger = Buffer.from(FORMER.transport);
  return {
    state: 'another one signs',
    change: world => {
      for (const one of world.deployments[side.name]?.objects['CsCertificate'] ?? []) {
        one['Thumbprint'] = thumbprintOf(stranger);
        one['raw'] = stranger.toString('base64');
      }
    },
    why: /the certificate that signs today is \S+, declared is/,
  };
}

function withoutCertificate(side: string, thumbprint: unknown): Change {
  return world => {
    const servers = Object.values(world.servers).filter(({ deployment }) => deployment === side);
    for (const server of servers) {
      server.certificates = server.certificates.filter(one => one.thumbprint !== thumbprint);
    }
  };
}
