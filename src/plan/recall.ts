import { rename, type Renamed } from '../state/rename.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { Topology } from '../topology/topology.ts';

/** The recorded state as today's topology speaks of it. */
export interface Recalled extends Omit<Renamed, 'snapshot'> {
  readonly snapshot: Snapshot | undefined;
  /** Address to the name that an import claims the object has. */
  readonly claims: ReadonlyMap<string, string>;
  /** Names and addresses of what is let go and stays on its server. */
  readonly released: readonly string[];
}

/** Reads the recorded state under the names that are used today. */
export function recall(snapshot: Snapshot | undefined, topology: Lifecycle): Recalled {
  const nothing = { former: new Map<string, string>(), taken: [] };
  return {
    ...(snapshot ? rename(snapshot, topology.moved) : { snapshot, ...nothing }),
    claims: new Map(topology.imports.map(({ to, identity }) => [to, identity])),
    released: topology.removed.map(({ from }) => from),
  };
}

/** What a topology says of what was recorded before. */
export type Lifecycle = Pick<Topology, 'moved' | 'removed' | 'imports'>;
