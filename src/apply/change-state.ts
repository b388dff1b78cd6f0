import { sha256 } from '../kernel/canonical.ts';
import { Refusal } from '../kernel/report.ts';
import type { World } from '../ports/world.ts';
import { called, confirmed, forgotten, resourceOf, type Word } from '../state/by-hand.ts';
import { readSnapshot, writeSnapshot } from '../state/codec.ts';
import {
  checkIdentity,
  checkSuccession,
  demandState,
  readIdentity,
  writeIdentity,
} from '../state/project.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';

/** What a person may do to the state by hand. */
export type HandOperation = 'confirm' | 'mv' | 'rm';

/** Which resource, and why. */
export interface HandRequest {
  readonly address: string;
  /** With `mv`: what it is called from now on. */
  readonly to?: string;
  readonly reason: string;
}

type Operation = (snapshot: Snapshot, word: Word & { readonly to?: string }) => Snapshot;
const OPERATIONS: Readonly<Record<HandOperation, Operation>> = {
  confirm: confirmed,
  mv: called,
  rm: forgotten,
};

/** A state with the digest by which a later write knows that nobody else was there. */
interface Stored {
  readonly snapshot: Snapshot;
  readonly digest: string;
}

/** The recorded state; refuses where nothing was ever applied, or the state is missing. */
export async function currentState({ state }: Pick<World, 'state'>): Promise<Snapshot> {
  return (await readStored({ state })).snapshot;
}

/** What is recorded of one resource. */
export async function recordedResource(
  address: string,
  { state }: Pick<World, 'state'>,
): Promise<StateEntry> {
  return resourceOf(await currentState({ state }), address);
}

/** A state that was; undefined where this version cannot read it. */
export interface FormerState {
  readonly name: string;
  readonly state: Snapshot | undefined;
}

/** Former states that are still kept, oldest first. */
export async function stateHistory({ state }: Pick<World, 'state'>): Promise<FormerState[]> {
  const kept = await state.history();
  return kept.map(({ name, bytes }) => ({ name, state: readable(bytes) }));
}

function readable(bytes: Uint8Array): Snapshot | undefined {
  try {
    return readSnapshot(bytes);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Changes one resource of the state by hand, under the lock; the state afterwards. */
export async function changeState(
  operation: HandOperation,
  request: HandRequest,
  { state, now }: Pick<World, 'state' | 'now'>,
): Promise<{ readonly before: Snapshot; readonly after: Snapshot }> {
  const lock = await state.lock(`state ${operation}`);
  try {
    const { snapshot, digest } = await readStored({ state });
    const after = OPERATIONS[operation](snapshot, { ...request, at: now() });
    if (after !== snapshot) await state.write(writeSnapshot(after), digest);
    return { before: snapshot, after };
  } finally {
    await lock.release();
  }
}

/** The recorded state as its bytes, for another place. */
export async function pullState({ state }: Pick<World, 'state'>): Promise<Uint8Array> {
  await readStored({ state });
  return (await state.read()) ?? new Uint8Array();
}

/** Takes a state from another place, of the same history and newer; the state afterwards. */
export async function pushState(
  { file, bytes }: { readonly file: string; readonly bytes: Uint8Array },
  { state }: Pick<World, 'state'>,
): Promise<Snapshot> {
  const next = readSnapshot(bytes, file);
  const lock = await state.lock('state push');
  try {
    const stored = await state.read();
    const sum = stored && sha256(stored);
    if (sum === sha256(bytes)) return next;
    const project = await state.readProject();
    const current = stored && readSnapshot(stored);
    checkSuccession(next, file, { identity: project && readIdentity(project), current });
    await state.write(bytes, sum);
    // From now on a topology of another name is refused here, as after an apply.
    const { topology: name, lineage } = next;
    if (!project) await state.writeProject(writeIdentity({ name, lineage }));
    return next;
  } finally {
    await lock.release();
  }
}

async function readStored({ state }: Pick<World, 'state'>): Promise<Stored> {
  const bytes = await state.read();
  const snapshot = bytes && readSnapshot(bytes);
  const project = await state.readProject();
  checkIdentity(project && readIdentity(project), snapshot);
  return { snapshot: demandState(snapshot), digest: sha256(bytes ?? '') };
}
