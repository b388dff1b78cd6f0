import { authStops } from './auth-certificates.ts';
import type { StepOfRunbook } from './cases.ts';
import { sidesOf } from './estate.ts';
import { issuerStops } from './issuer-certificates.ts';
import type { Rendered } from '../support/rendered.ts';
import { pfxName } from './stage.ts';
import type { Stop } from './stops.ts';

const HOUR = 3_600_000;
/** Every certificate of the tests has ended by then. */
const LATE = '2060-01-01T00:00:00.0000000Z';

/** States in which a certificate's script must stop. */
export function certificateStops(step: StepOfRunbook, rendered: Rendered): Stop[] {
  const { source, thumbprint, effective } = step.resource?.attributes ?? {};
  const brought = source === 'import' || source === 'generate';
  const rolls = typeof effective === 'string';
  return [
    ...(typeof thumbprint === 'string' ? [ended] : []),
    ...(brought ? wrongFiles(step, rendered) : []),
    ...(rolls ? [tooLate(effective)] : []),
    ...(step.side.family === 'exchange-server'
      ? authStops(step)
      : issuerStops(step, rendered.checked.subject.topology.name)),
  ];
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

/** A PFX that is not the one. */
function wrongFiles({ side }: StepOfRunbook, rendered: Rendered): Stop[] {
  const other = sidesOf(rendered).find(({ name }) => name !== side.name);
  return [
    {
      state: 'no such PFX',
      change: world => (world.here.pfx = 'gone.pfx'),
      why: /there is no file \S*gone\.pfx/,
    },
    {
      state: 'another password',
      change: world => (world.here.answers = { 'Password of the PFX': 'mistyped' }),
      why: /\.pfx does not open with that password/,
    },
    {
      state: 'the PFX of another',
      change: world => (world.here.pfx = pfxName(other?.name ?? '')),
      why: /\.pfx holds the certificate \S+, declared is/,
    },
  ];
}
