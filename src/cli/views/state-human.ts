import type { Snapshot } from '../../index.ts';

/** A state for a person: whose, how old its history is, and where each resource stands. */
export function humanState(snapshot: Snapshot): string {
  const size = Math.max(0, ...snapshot.resources.map(({ address }) => address.length));
  const lines = snapshot.resources.map(({ address, standing, since, script }) =>
    `  ${address.padEnd(size)}  ${standing.padEnd(8)}  since ${since}  ${script ?? ''}`.trimEnd(),
  );
  const head = `${snapshot.topology}: serial ${snapshot.serial}, lineage ${snapshot.lineage}`;
  return [head, ...lines].join('\n') + '\n';
}
