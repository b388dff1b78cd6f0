import { authStates } from './auth-certificates.ts';
import type { Change, StepOfRunbook } from './cases.ts';
import type { Kind } from './kinds.ts';
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
  /** What must be so at the end, where that is not what was declared. */
  readonly missing?: (world: World) => string[];
}

/** All such states of a script of a runbook. */
export function statesMet(step: StepOfRunbook): State[] {
  return step.resource?.kind === 'certificate' && step.side.family === 'exchange-server'
    ? authStates(step)
    : [];
}
