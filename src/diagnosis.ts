import type { Diagnosis } from './diagnose/diagnose.ts';
import type { Evidence, EvidenceFiles } from './evidence/evidence.ts';
import { createReport, type Diagnostic } from './kernel/report.ts';

export type { Diagnosis } from './diagnose/diagnose.ts';

/**
 * What a header, lines of a log or a token point at, and what evidence of servers says of that.
 * Nothing of the input is kept.
 */
export async function diagnose(
  bytes: Uint8Array,
  now: Date,
  evidence: readonly Evidence[] = [],
): Promise<Diagnosis> {
  // The table is long, and no other command asks it.
  return (await import('./diagnose/diagnose.ts')).diagnose(bytes, now, evidence);
}

/** What collectors read, the newest reading of each server; nothing where any of it is unsound. */
export async function collectedIn(files: readonly EvidenceFiles[]): Promise<{
  readonly evidence: readonly Evidence[];
  readonly diagnostics: readonly Diagnostic[];
}> {
  if (files.length === 0) return { evidence: [], diagnostics: [] };
  const { isFetched, readEvidence } = await import('./evidence/read-evidence.ts');
  const { newestOfServers, reportFamilies } = await import('./evidence/of-servers.ts');
  const report = createReport();
  const read = files.filter(one => !isFetched(one)).flatMap(one => readEvidence(one, report) ?? []);
  reportFamilies(read, report);
  const { diagnostics, failed } = report;
  return { evidence: failed ? [] : newestOfServers(read), diagnostics };
}
