import { resolve } from 'node:path';
import { readEvidenceAt, type EvidenceFiles } from '../index.ts';

/** What `--from` names. */
export async function evidenceAt(
  places: readonly string[] = [],
): Promise<readonly EvidenceFiles[]> {
  // What is wrong with a folder is said once, however often it is named.
  const named = new Map(places.map(place => [resolve(place), place]));
  return (await Promise.all([...named.values()].map(readEvidenceAt))).flat();
}
