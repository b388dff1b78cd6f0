import { authStates } from './auth-certificates.ts';
import type { Change, StepOfRunbook } from './cases.ts';
import { archivingStates, gateStates } from './feature-states.ts';
import { issuerStates } from './issuer-certificates.ts';
import { restartStates } from './restart-states.ts';
import type { Kind } from './kinds.ts';
import { keyStates, partnerStates, realmStates, settingsStates } from './trust-states.ts';
import type { World } from './world.ts';

/** A state that a script gets along with, seen in one run of its own. */
export interface State {
  readonly state: string;
  readonly change: Change;
  /** The way of running, and its name. */
  readonly kind: string;
  readonly run: Kind;
  /** It begins where the script has been run before. */
  readonly isDone?: boolean;
  /** What the script is told beside what the runbook says. */
  readonly parameters?: string;
  /** What must be so at the end, where that is not what was declared. */
  readonly missing?: (world: World) => string[];
}

/** All such states of a script of a runbook. */
export function statesMet(step: StepOfRunbook, topology: string): State[] {
  const { kind = '' } = step.resource ?? {};
  if (step.removed) return [];
  return STATES[`${step.side.family} ${kind}`]?.(step, topology) ?? [];
}

const STATES: Readonly<Record<string, (step: StepOfRunbook, topology: string) => State[]>> = {
  'exchange-server ': restartStates,
  'exchange-server certificate': authStates,
  'exchange-server partner': partnerStates,
  'exchange-server oauth-settings': realmStates,
  'skype-for-business-server certificate': issuerStates,
  'skype-for-business-server feature': archivingStates,
  'skype-for-business-server oauth-settings': settingsStates,
  'skype-for-business-server partner': keyStates,
  'skype-for-business-server settings': gateStates,
};
