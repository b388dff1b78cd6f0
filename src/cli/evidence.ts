import { readEvidenceAt, type EvidenceFiles } from '../index.ts';

/** What `--from` names. */
export async function evidenceAt(
  places: readonly string[] = [],
): Promise<readonly EvidenceFiles[]> {
  return (await Promise.all(places.map(readEvidenceAt))).flat();
}
