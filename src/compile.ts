import { address } from './kernel/address.ts';
import type { NamedCertificates } from './kernel/certificate.ts';
import {
  createReport,
  inSourceOrder,
  isError,
  type Code,
  type Diagnostic,
} from './kernel/report.ts';
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

/**
 * Files in, checked topology out. Reads top to bottom as the product does. Errors of the codes in
 * `suffered` are found and refuse nothing: a plan that has them is shown and cannot be applied.
 */
export async function check(
  files: readonly SourceFile[],
  world: World,
  suffered: readonly Code[] = [],
): Promise<Checked> {
  const reading = readTopology(files);
  const { topology, report } = reading;
  if (!topology) return { reading, diagnostics: inSourceOrder(report.diagnostics) };

  const prepared = await preparedKeys(topology, world);
  const certificates = await readNamedCertificates(topology, world.files, { prepared, report });
  const subject = subjectOf(topology, certificates, world.now());
  applyRules(subject, report);
  const settled = settle(report.diagnostics, {
    topology,
    now: subject.now,
    locate: reading.locate,
  });
  const diagnostics = inSourceOrder(settled);
  const refuses = (one: Diagnostic): boolean => isError(one) && !suffered.includes(one.code);
  if (diagnostics.some(refuses)) return { reading, diagnostics };
  const graph = lower(subject);
  const faults = [
    ...(await lifecycleFaults(subject, graph, reading)),
    ...(await keyFaults({ graph, now: subject.now }, prepared, reading)),
  ];
  if (faults.length > 0) {
    return { reading, diagnostics: inSourceOrder([...diagnostics, ...faults]) };
  }
  return { reading, diagnostics, subject, graph };
}

/**
 * Public halves of keys that are made here: from the key store, or, where it is elsewhere (a clone,
 * a pull request), from the recorded state.
 */
async function preparedKeys(
  { deployments }: Topology,
  { keys, state }: World,
): Promise<readonly PublicKeyRecord[]> {
  const here = await keys.list();
  const known = new Set(here.map(one => one.address));
  const missing = [...deployments.values()]
    .filter(({ certificate }) => certificate.source === 'generate')
    .map(({ name }) => address('certificate', name))
    .filter(one => !known.has(one));
  const stored = missing.length > 0 ? await state.read() : undefined;
  if (!stored) return here;
  const { readSnapshot } = await import('./state/codec.ts');
  const { publicKeysIn } = await import('./state/public-keys.ts');
  const recorded = publicKeysIn(readSnapshot(stored));
  return [...here, ...recorded.filter(one => missing.includes(one.address))];
}

/** What is wrong with what a topology says of before; loaded only where it says something. */
async function lifecycleFaults(
  { topology, installations: installed }: Subject,
  graph: Graph,
  { locate }: Reading,
): Promise<readonly Diagnostic[]> {
  if (topology.moved.length + topology.removed.length + topology.imports.length === 0) return [];
  const { reportLifecycle } = await import('./graph/lifecycle.ts');
  const report = createReport(locate);
  reportLifecycle({ topology, graph, installations: installed }, report);
  return report.diagnostics;
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
