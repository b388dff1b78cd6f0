import type { NamedCertificates } from './kernel/certificate.ts';
import { createReport, inSourceOrder, isError, type Diagnostic } from './kernel/report.ts';
import type { PublicKeyRecord } from './ports/key-store.ts';
import type { World } from './ports/world.ts';
import { readTopology, type Reading, type SourceFile } from './topology/read.ts';
import type { Topology } from './topology/topology.ts';
import { installations } from './products/installation.ts';
import { readCatalog } from './products/registry.ts';
import { applyRules } from './rules/index.ts';
import type { Subject } from './rules/rule.ts';
import { settle } from './rules/waivers.ts';
import { lower } from './graph/lower.ts';
import type { Graph } from './graph/resource.ts';
import { readNamedCertificates } from './evidence/named-certificates.ts';

/** A topology that was read and checked; `subject` and `graph` only where it may go on. */
export interface Checked {
  readonly reading: Reading;
  readonly diagnostics: readonly Diagnostic[];
  readonly subject?: Subject;
  readonly graph?: Graph;
}

/** Files in, checked topology out. Reads top to bottom as the product does. */
export async function check(files: readonly SourceFile[], world: World): Promise<Checked> {
  const reading = readTopology(files);
  const { topology, report } = reading;
  if (!topology) return { reading, diagnostics: inSourceOrder(report.diagnostics) };

  const prepared = await world.keys.list();
  const certificates = await readNamedCertificates(topology, world.files, { prepared, report });
  const subject = subjectOf(topology, certificates, world.now());
  applyRules(subject, report);
  const settled = settle(report.diagnostics, {
    topology,
    now: subject.now,
    locate: reading.locate,
  });
  const diagnostics = inSourceOrder(settled);
  if (diagnostics.some(isError)) return { reading, diagnostics };
  const graph = lower(subject);
  const faults = await keyFaults({ graph, now: subject.now }, prepared, reading);
  if (faults.length > 0) {
    return { reading, diagnostics: inSourceOrder([...diagnostics, ...faults]) };
  }
  return { reading, diagnostics, subject, graph };
}

/** What is wrong with keys that are made here; loaded only where some are. */
async function keyFaults(
  { graph, now }: { readonly graph: Graph; readonly now: Date },
  prepared: readonly PublicKeyRecord[],
  { locate }: Reading,
): Promise<readonly Diagnostic[]> {
  if (!graph.resources.some(({ kind, held }) => kind === 'certificate' && held === 'here'))
    return [];
  const { reportChangedProfiles, reportImpossibleProfiles } = await import('./apply/check-keys.ts');
  const report = createReport(locate);
  reportChangedProfiles(graph, prepared, report);
  reportImpossibleProfiles(graph, now, report);
  return report.diagnostics;
}

function subjectOf(topology: Topology, certificates: NamedCertificates, now: Date): Subject {
  const catalog = readCatalog();
  return { topology, catalog, installations: installations(topology, catalog), certificates, now };
}

/** Whether a check may go on to a plan. */
export function isSound(checked: Checked): checked is Required<Checked> {
  return checked.subject !== undefined && checked.graph !== undefined;
}
