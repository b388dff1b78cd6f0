/** What can be done with the recorded state by hand, each loaded when it is called. */
import type { Project } from './adapters/open-project.ts';
import type { FormerState, HandOperation, HandRequest } from './apply/change-state.ts';
import type { FoundLock, UnlockRequest } from './ports/state-store.ts';
import type { Snapshot, StateEntry } from './state/snapshot.ts';

/** The recorded state; refuses where nothing was applied yet, or the state is missing. */
export async function currentState({ world }: Project): Promise<Snapshot> {
  return (await import('./apply/change-state.ts')).currentState(world);
}

/** What is recorded of one resource. */
export async function recordedResource({ world }: Project, address: string): Promise<StateEntry> {
  return (await import('./apply/change-state.ts')).recordedResource(address, world);
}

/** Former states that are still kept, oldest first. */
export async function stateHistory({ world }: Project): Promise<readonly FormerState[]> {
  return (await import('./apply/change-state.ts')).stateHistory(world);
}

/** The recorded state as its bytes, for another place. */
export async function pullState({ world }: Project): Promise<Uint8Array> {
  return (await import('./apply/change-state.ts')).pullState(world);
}

/** Takes a state from another place; refuses one of another history, or one that is not newer. */
export async function pushState(
  { world }: Project,
  given: { readonly file: string; readonly bytes: Uint8Array },
): Promise<Snapshot> {
  return (await import('./apply/change-state.ts')).pushState(given, world);
}

/** Changes one resource of the state by hand, for a reason that is kept; no server is touched. */
export async function changeState(
  { world }: Project,
  operation: HandOperation,
  request: HandRequest,
): Promise<{ readonly before: Snapshot; readonly after: Snapshot }> {
  return (await import('./apply/change-state.ts')).changeState(operation, request, world);
}

/** The lock that is held, and what can be told of its holder from here. */
export async function lockRecord({ world }: Project): Promise<FoundLock | undefined> {
  return world.state.lockRecord();
}

/** Releases a lock and says whose it was; `undefined`: no id was given and no lock is held. */
export async function unlock(
  { world }: Project,
  request: UnlockRequest,
): Promise<string | undefined> {
  return world.state.unlock(request);
}
