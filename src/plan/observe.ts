import { byAddress, digest } from '../kernel/canonical.ts';
import type { Report } from '../kernel/report.ts';
import { isNameTaken, sight, whyUntold } from '../evidence/sight.ts';
import type { Sighting } from '../evidence/sighting.ts';
import type { Snapshot, StateEdge, StateEntry } from '../state/snapshot.ts';
import { lookedFor, type LookedFor, type Observing } from './looked-for.ts';
import { observedEdges } from './observed-edges.ts';
import type { Reason } from './plan.ts';
import type { Sighted, Sightings } from './sightings.ts';

/** The recorded state as the servers say it, and what was seen. */
export interface Observed {
  readonly resources: readonly StateEntry[];
  readonly edges: readonly StateEdge[];
  readonly sightings: Sightings;
}

/** Reads the recorded state anew from what was seen; what cannot be seen stays as recorded. */
export function observe(
  snapshot: Snapshot | undefined,
  observing: Observing,
  report: Report,
): Observed {
  const entries = new Map(snapshot?.resources.map(entry => [entry.address, entry]));
  const sightings = new Map<string, Sighted>();
  const declared = new Set(observing.graph.resources.map(one => one.address));
  for (const subject of lookedFor(observing, [...entries.values()])) {
    const { address } = subject.entry;
    const sighting = sight(subject.sought, subject.evidence);
    complain(sighting, subject, report);
    if (sighting.is === 'absent' && declared.has(address)) reportTaken(subject, report);
    const found = entryOf(subject, sighting);
    if (found === 'unknown') continue;
    const news = found !== entries.get(address);
    sightings.set(address, { is: found ? 'there' : 'absent', because: said(found, subject), news });
    if (found) entries.set(address, found);
    else entries.delete(address);
  }
  const resources = [...entries.values()].sort(byAddress);
  const recorded = snapshot?.edges ?? [];
  const edges = observedEdges(observing.graph, { recorded, resources, sightings });
  return { resources, edges, sightings };
}

/** The entry as the server says it; the same one where nothing of it is new. */
function entryOf(subject: LookedFor, sighting: Sighting): StateEntry | 'unknown' | undefined {
  const { entry, isRecorded, evidence } = subject;
  if (sighting.is === 'unread' || sighting.is === 'several') return 'unknown';
  if (entry.held === 'here') return ofOurs(subject, sighting);
  if (sighting.is === 'absent') return undefined;
  const sum = digest(sighting.attributes);
  // What waits for its removal is there as long as it is.
  if (entry.standing === 'removing') return entry;
  if (isRecorded && entry.standing === 'verified' && entry.digest === sum) return entry;
  const { claim: _, ...rest } = entry;
  const { attributes } = sighting;
  return { ...rest, standing: 'verified', attributes, digest: sum, since: evidence.collectedAt };
}

/** A key of ours is there as long as we hold it; whether its certificate signs is its standing. */
function ofOurs({ entry, sought, evidence }: LookedFor, sighting: Sighting): StateEntry {
  const signs =
    sighting.is === 'there' && digest(sighting.attributes) === digest(sought.attributes);
  const standing = signs ? 'verified' : 'rendered';
  return entry.standing === standing ? entry : { ...entry, standing, since: evidence.collectedAt };
}

function said(found: StateEntry | undefined, { entry, evidence }: LookedFor): Reason {
  const when = `on ${evidence.host} at ${evidence.collectedAt}`;
  if (!found) return { code: 'not-there', text: `it was not there ${when}` };
  if (entry.held === 'server') return { code: 'seen', text: `it was seen ${when}` };
  return found.standing === 'verified'
    ? { code: 'seen', text: `it signed ${when}` }
    : { code: 'not-there', text: `another one signed ${when}` };
}

function complain(sighting: Sighting, subject: LookedFor, report: Report): void {
  const { entry, evidence } = subject;
  const { address } = entry;
  if (sighting.is === 'several') {
    const names = sighting.names.map(name => JSON.stringify(name)).join(', ');
    report.add('evidence/several', {
      address,
      detail: `${evidence.host} has several objects that are ${address}: ${names}`,
      help: 'remove those that are not meant; nobody can say which of them a token meets',
    });
  } else if (sighting.is === 'unread') {
    report.add('evidence/not-read', {
      address,
      detail: `${address} was not seen on ${evidence.host}: ${sighting.because}`,
      help: 'it is taken as recorded; mend the reason and run the collector again',
    });
  } else if (sighting.is === 'there') {
    for (const key of sighting.untold) reportUntold(key, subject, report);
  }
}

/** The script would stop there, in the middle of the runbook. */
function reportTaken({ entry: { address }, sought, evidence }: LookedFor, report: Report): void {
  if (!isNameTaken(sought, evidence)) return;
  const name = JSON.stringify(sought.attributes[sought.identity ?? ''] ?? null);
  report.add('evidence/name-taken', {
    address,
    detail:
      `${evidence.host} holds an object of the name ${name} that is not ${address}: ` +
      'its application id, its realm or the source of its key is another',
    help: 'declare it as it is there, give ours another name, or remove that one on the server',
  });
}

function reportUntold(key: string, { entry, sought, evidence }: LookedFor, report: Report): void {
  const why = whyUntold(key, sought.facts, evidence);
  report.add('evidence/not-read', {
    address: entry.address,
    detail: `${key} of ${entry.address} was not seen on ${evidence.host}: ${why}`,
    help: 'it is taken as declared; mend the reason and run the collector again',
  });
}
