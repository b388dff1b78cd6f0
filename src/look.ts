import type { Checked } from './compile.ts';
import { byCodeUnit } from './kernel/canonical.ts';
import { createReport, type Diagnostic, type Report } from './kernel/report.ts';
import {
  attributeDocuments,
  attributeEvidence,
  speaking,
  type Readings,
} from './evidence/attribute.ts';
import { reportCertificates } from './evidence/certificate-findings.ts';
import type { Evidence, EvidenceFiles } from './evidence/evidence.ts';
import { isFetched, readEvidence } from './evidence/read-evidence.ts';
import { reportRealms } from './evidence/realm-findings.ts';
import { readFetched, type Published } from './evidence/read-fetched.ts';
import { leftAlone, reportLeftAlone, type LeftAlone } from './plan/left-alone.ts';
import type { Observing } from './plan/looked-for.ts';
import { observe } from './plan/observe.ts';
import type { PlanDigests } from './plan/plan.ts';
import type { Sightings } from './plan/sightings.ts';
import { settleSeen } from './rules/waivers.ts';
import { STATE_FORMAT } from './state/codec.ts';
import type { Snapshot } from './state/snapshot.ts';

/** Evidence that was read whole and belongs to this topology. */
export interface Looked {
  readonly digests: PlanDigests['evidence'];
  /** The recorded state as the servers say it. */
  see(
    recorded: Snapshot | undefined,
    report: Report,
  ): {
    readonly snapshot: Snapshot;
    readonly sightings: Sightings;
    readonly left: readonly LeftAlone[];
  };
}

/** Evidence by the deployment it is of; only diagnostics where one of it is refused. */
export type Gathered = { readonly diagnostics: readonly Diagnostic[] } & (
  | { readonly evidence?: never; readonly readings?: never }
  | {
      readonly evidence: ReadonlyMap<string, Evidence>;
      /** Those of all servers. */
      readonly readings: Readings;
      /** By the deployment that publishes it. */
      readonly documents: ReadonlyMap<string, Published>;
    }
);

/** Reads all evidence, of servers and of what they publish, and gives it to deployments. */
export function gather(
  files: readonly EvidenceFiles[],
  { reading, subject }: Pick<Required<Checked>, 'reading' | 'subject'>,
): Gathered {
  const report = createReport(reading.locate);
  const [fetched, collected] = [files.filter(isFetched), files.filter(one => !isFetched(one))];
  const read = collected.flatMap(one => readEvidence(one, report) ?? []);
  const readings = attributeEvidence(read, subject, report);
  const published = fetched.flatMap(one => readFetched(one, report) ?? []);
  const documents = attributeDocuments(published, subject, report);
  if (report.failed) return { diagnostics: report.diagnostics };
  // Waivers settle what is found here as they settle what rules find in the topology.
  const found = createReport(reading.locate);
  reportCertificates(readings, subject, found);
  reportRealms(readings, subject, found);
  const { topology, now } = subject;
  const settled = settleSeen(found.diagnostics, { topology, now, locate: reading.locate });
  const diagnostics = [...report.diagnostics, ...settled];
  return { diagnostics, evidence: speaking(readings), readings, documents };
}

/** Reads evidence of servers beside a checked topology; with an error in it nothing is used. */
export function look(
  files: readonly EvidenceFiles[],
  { reading, subject, graph }: Required<Checked>,
): { readonly looked?: Looked; readonly diagnostics: readonly Diagnostic[] } {
  // What a server publishes says nothing of what it holds.
  const collected = files.filter(one => !isFetched(one));
  const { evidence, readings, diagnostics } = gather(collected, { reading, subject });
  if (!evidence) return { diagnostics };
  const products = new Map([...subject.installations].map(([name, one]) => [name, one.product]));
  // By its name alone: where the folder lies, and how that was written, changes no plan.
  const digests = [...readings.values()].flat().map(({ place, sha256 }) => ({
    file: place.split(/[\\/]/).findLast(part => part !== '') ?? '',
    sha256,
  }));
  const looked: Looked = {
    digests: digests.sort((a, b) => byCodeUnit(a.file, b.file)),
    see(recorded, said) {
      const observing = { graph, evidence, products };
      const { sightings, ...seen } = observe(recorded, observing, said);
      const left = leftAlone(observing, recorded?.resources ?? []);
      reportLeftAlone(left, said);
      reportUnread(observing, said);
      return { snapshot: { ...(recorded ?? NOT_BEGUN), ...seen }, sightings, left };
    },
  };
  return { looked, diagnostics };
}

/** Silence about a side could be taken for its word that nothing has changed there. */
function reportUnread({ graph, evidence }: Observing, report: Report): void {
  const declared = new Set(graph.resources.map(({ deployment }) => deployment));
  for (const name of [...declared].filter(one => !evidence.has(one)).sort(byCodeUnit)) {
    report.add('evidence/none', {
      detail: `nothing was read of ${name}: what is recorded of it counts`,
      help: 'run the collector on one of its servers, and name that evidence as well',
    });
  }
}

/** Servers hold things before any history of ours begins. */
const NOT_BEGUN: Snapshot = {
  format_version: STATE_FORMAT,
  lineage: '',
  serial: 0,
  topology: '',
  resources: [],
  edges: [],
  artifacts: {},
  applied: [],
  by_hand: [],
};
