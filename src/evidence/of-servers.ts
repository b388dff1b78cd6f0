import type { Report } from '../kernel/report.ts';
import { collectorsFor } from '../products/collectors.ts';
import type { Evidence } from './evidence.ts';
import { isHost } from './hosts.ts';

/** The newest reading of each server, by its name; no topology is asked which server that is. */
export function newestOfServers(evidence: readonly Evidence[]): Evidence[] {
  const newest = new Map<string, Evidence>();
  for (const one of evidence) {
    const name = `${one.family} ${nameOf(one, evidence)}`;
    const other = newest.get(name);
    if (!other || Date.parse(other.collectedAt) < Date.parse(one.collectedAt))
      newest.set(name, one);
  }
  return [...newest.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** The full name under which a server was read elsewhere; two that fit are two other servers. */
function nameOf({ family, host }: Evidence, evidence: readonly Evidence[]): string {
  const names = evidence
    .filter(one => one.family === family && isHost(one.host, host))
    .map(one => one.host.toLowerCase());
  const own = host.toLowerCase();
  const [full, ...others] = [...new Set(names)].filter(name => name !== own);
  return full !== undefined && others.length === 0 ? full : own;
}

/** Evidence of what no collector of ours reads says nothing that anybody here understands. */
export function reportFamilies(evidence: readonly Evidence[], report: Report): void {
  for (const { family, host, place } of evidence) {
    if (collectorsFor(family).some(one => one.family === family)) continue;
    report.add('evidence/foreign', {
      detail: `${place} was read on ${host}: ${family}, which no collector of this version reads`,
      help: 'leave this evidence out',
    });
  }
}
