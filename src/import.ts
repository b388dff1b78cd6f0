import { memoryWorld } from './adapters/memory.ts';
import { check, isSound } from './compile.ts';
import type { EvidenceFiles } from './evidence/evidence.ts';
import { isFetched, readEvidence } from './evidence/read-evidence.ts';
import { draftDeployments } from './import/deployments.ts';
import { filesOf, type Draft } from './import/draft.ts';
import { draftPartners } from './import/partners.ts';
import { pathAt } from './import/path-at.ts';
import { draftScenarios } from './import/scenarios.ts';
import { setAsideAt, setAsideOf } from './import/set-aside.ts';
import { writeDraft } from './import/write.ts';
import { pointer } from './kernel/json.ts';
import { createReport, isError, type Diagnostic, type Report } from './kernel/report.ts';
import { look } from './look.ts';
import type { LeftAlone } from './plan/left-alone.ts';
import type { Change } from './plan/plan.ts';
import { installations, type Installation } from './products/installation.ts';
import type { Catalog } from './products/product.ts';
import { readCatalog } from './products/registry.ts';
import { propose } from './propose.ts';
import { readTopology, type Source } from './topology/read.ts';

/** A topology of what is there, and the public certificates that it names. */
export interface Imported {
  readonly text: string;
  /** Path beside the topology to DER. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What was found in the evidence, and what a check says of the topology. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, Source>;
}

/** What is imported, and as what. */
export interface Importing {
  readonly evidence: readonly EvidenceFiles[];
  /** How the topology's file is called. */
  readonly file: string;
  /** Name of the topology; default: the first label of the first default domain. */
  readonly name: string | undefined;
  readonly now: Date;
}

/**
 * Writes a topology of evidence; nothing where that cannot be used. It is checked and planned
 * against the same evidence before anybody sees it: what a plan would change is told, not declared.
 */
export async function importTopology(
  importing: Importing,
): Promise<Imported | Pick<Imported, 'diagnostics'>> {
  const report = createReport();
  const first = firstDraft(importing, report);
  if (!first) return { diagnostics: report.diagnostics };
  const { draft, measured } = await settled(first, importing);
  if ('refused' in measured) return { diagnostics: [...report.diagnostics, ...measured.refused] };
  const { diagnostics, sources, left } = measured;
  return {
    text: writeDraft(draft, left),
    files: new Map(filesOf(draft).map(({ file, info }) => [file, info.der])),
    diagnostics: [...report.diagnostics, ...diagnostics],
    sources,
  };
}

function firstDraft({ evidence, name }: Importing, report: Report): Draft | undefined {
  const collected = evidence.filter(one => !isFetched(one));
  const read = collected.flatMap(one => readEvidence(one, report) ?? []);
  const catalog = readCatalog();
  const deployments = draftDeployments(read, catalog, report);
  if (report.failed) return undefined;
  const [first] = deployments;
  if (!first) {
    report.add('import/nothing', {
      detail: 'none of the evidence was read on a server; fetched documents say nothing of one',
      help: 'run a collector on a server of each side: concordat collect',
    });
    return undefined;
  }
  const draft = { name: name ?? nameAfter(first), deployments, partners: [], scenarios: [] };
  const partners = draftPartners(deployments, installedIn(draft, catalog));
  return { ...draft, partners, scenarios: draftScenarios(deployments, partners) };
}

/** A name that is one, whatever the domain is. */
function nameAfter({ product, realmEntry }: Draft['deployments'][number]): string {
  const domains = realmEntry[product.realm.from] as { readonly default?: string } | undefined;
  const label = (domains?.default ?? '').split('.')[0] ?? '';
  const name = label.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  return /^[a-z]/.test(name) ? name.slice(0, 32) : `estate-${name}`.slice(0, 32);
}

/** The deployments as a topology of them alone shows them. */
function installedIn(draft: Draft, catalog: Catalog): ReturnType<typeof installations> {
  const bytes = Buffer.from(writeDraft(draft));
  const { topology } = readTopology([{ file: 'topology.yaml', bytes }]);
  return topology ? installations(topology, catalog) : new Map<string, Installation>();
}

/** What a check and a plan say of a draft. */
interface Measured {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, Source>;
  readonly changes: readonly Change[];
  readonly left: readonly LeftAlone[];
}

/** Sets aside what is refused or would change a server, until nothing is. */
async function settled(
  first: Draft,
  importing: Importing,
): Promise<{ readonly draft: Draft; readonly measured: Measured | Refused }> {
  let draft = first;
  for (;;) {
    const text = writeDraft(draft);
    const measured = await measure(draft, text, importing);
    if ('refused' in measured) return { draft, measured };
    const next = mended(draft, text, measured);
    if (next === draft) return { draft, measured };
    draft = next;
  }
}

/** Evidence that no plan may be measured against says nothing to write down either. */
interface Refused {
  readonly refused: readonly Diagnostic[];
}

async function measure(
  draft: Draft,
  text: string,
  importing: Importing,
): Promise<Measured | Refused> {
  const { evidence, file, now } = importing;
  const files = new Map(filesOf(draft).map(one => [one.file, one.info.der]));
  const world = memoryWorld({ now, files });
  const checked = await check([{ file, bytes: Buffer.from(text) }], world);
  const { diagnostics, reading } = checked;
  const { sources } = reading;
  if (!isSound(checked)) return { diagnostics, sources, changes: [], left: [] };
  const { looked, diagnostics: seen } = look(evidence, checked);
  if (!looked) return { refused: seen };
  const { plan, diagnostics: all } = await propose(checked, world, looked);
  const { left } = looked.see(undefined, createReport());
  return { diagnostics: [...all, ...seen], sources, changes: plan.changes, left };
}

/** A draft without what is wrong with it; the same one where nothing can be taken out. */
function mended(draft: Draft, text: string, { diagnostics, changes }: Measured): Draft {
  const errors = new Map(
    diagnostics.filter(isError).flatMap(({ place, detail }) => {
      const path = place && pathAt(text, place);
      return path ? [[pointer(path), { path, detail }]] : [];
    }),
  );
  // From the last to the first, so that places in lists stay what they are.
  const refused = [...errors.values()].reverse();
  const without = refused.reduce(
    (rest, { path, detail }) => setAsideAt(rest, path, detail) ?? rest,
    draft,
  );
  if (without !== draft) return without;
  return changes.filter(isOfServer).reduce((rest, { address, because }) => {
    const texts = because.map(one => one.text).join('; ');
    return setAsideOf(rest, address, `a plan would change it: ${texts}`) ?? rest;
  }, draft);
}

/** What is held here is written anew; a certificate stays what it is, also an unknown one. */
function isOfServer({ kind, actions }: Change): boolean {
  return actions[0] !== 'keep' && kind !== 'document' && kind !== 'certificate';
}
