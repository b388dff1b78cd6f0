import { resolve } from 'node:path';
import { readEvidenceAt, type EvidenceFiles } from '../index.ts';

/** What `--from` names, each place once. */
export async function evidenceAt(
  places: readonly string[] = [],
): Promise<readonly EvidenceFiles[]> {
  const found = (await Promise.all(places.map(readEvidenceAt))).flat();
  return [...new Map(found.map(one => [resolve(one.place), one])).values()];
}
