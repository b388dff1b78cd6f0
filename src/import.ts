import { memoryWorld } from './adapters/memory.ts';
import { check, isSound } from './compile.ts';
import type { EvidenceFiles } from './evidence/evidence.ts';
import { isFetched, readEvidence } from './evidence/read-evidence.ts';
import { draftDeployments } from './import/deployments.ts';
import { filesOf, type Draft } from './import/draft.ts';
import { withMetadataHosts } from './import/metadata-host.ts';
import { draftPartners } from './import/partners.ts';
import { pathAt } from './import/path-at.ts';
import { draftScenarios } from './import/scenarios.ts';
import { setAsideAt, setAsideOf, setTrustAside } from './import/set-aside.ts';
import { writeDraft } from './import/write.ts';
import { pointer, type Path } from './kernel/json.ts';
import { createReport, isError, type Diagnostic, type Report } from './kernel/report.ts';
import { look } from './look.ts';
import type { LeftAlone } from './plan/left-alone.ts';
import type { Change } from './plan/plan.ts';
import { installations, type Installation } from './products/installation.ts';
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
  const bare = bareDraft(importing, report);
  if (!bare) return { diagnostics: report.diagnostics };
  // Of what was skipped was told already.
  const evidence = importing.evidence.filter(({ skipped }) => skipped === undefined);
  const { draft, measured } = await finished(bare, { ...importing, evidence });
  if ('refused' in measured) return { diagnostics: [...report.diagnostics, ...measured.refused] };
  const { diagnostics, sources, left } = measured;
  return {
    text: writeDraft(draft, left),
    files: new Map(filesOf(draft).map(({ file, info }) => [file, info.der])),
    diagnostics: [...report.diagnostics, ...diagnostics],
    sources,
  };
}

/** Deployments first: whom they accept depends on how a topology sees them. */
async function finished(bare: Draft, importing: Importing): Promise<Settled> {
  const settings = await settled(bare, importing);
  if ('refused' in settings.measured) return settings;
  const named = withHosts(settings.draft);
  const { deployments } = named;
  const partners = draftPartners(deployments, installedIn(named));
  const whole = { ...named, partners, scenarios: draftScenarios(deployments, partners) };
  return restored(whole, await settled(whole, importing), importing);
}

function withHosts(draft: Draft): Draft {
  const partners = draftPartners(draft.deployments, installedIn(draft));
  return { ...draft, deployments: withMetadataHosts(draft.deployments, partners) };
}

function bareDraft({ evidence, name }: Importing, report: Report): Draft | undefined {
  const collected = evidence.filter(one => !isFetched(one));
  const read = collected.flatMap(one => readEvidence(one, report) ?? []);
  const deployments = draftDeployments(read, readCatalog(), report);
  if (report.failed) return undefined;
  const [first] = deployments;
  if (!first) {
    report.add('import/nothing', {
      detail: 'none of the evidence was read on a server; fetched documents say nothing of one',
      help: 'run a collector on a server of each side: concordat collect',
    });
    return undefined;
  }
  return { name: name ?? nameAfter(first), deployments, partners: [], scenarios: [] };
}

/** A name that is one, whatever the domain is. */
function nameAfter({ product, realmEntry }: Draft['deployments'][number]): string {
  const domains = realmEntry[product.realm.from] as { readonly default?: string } | undefined;
  const label = (domains?.default ?? '').split('.')[0] ?? '';
  const name = label.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  return /^[a-z]/.test(name) ? name.slice(0, 32) : `estate-${name}`.slice(0, 32);
}

/** The deployments as a topology of them alone shows them. */
function installedIn(draft: Draft): ReadonlyMap<string, Installation> {
  const bytes = Buffer.from(writeDraft(draft));
  const { topology } = readTopology([{ file: 'topology.yaml', bytes }]);
  return topology ? installations(topology, readCatalog()) : new Map<string, Installation>();
}

/** Puts back what was set aside for the sake of something that was set aside itself later. */
async function restored(
  { partners }: Draft,
  settledDraft: Settled,
  importing: Importing,
): Promise<Settled> {
  let best = settledDraft;
  for (const one of partners.filter(({ because }) => because.length === 0)) {
    const { draft } = best;
    const isAside = draft.partners.some(
      ({ address, because }) => address === one.address && because.length > 0,
    );
    if (!isAside) continue;
    const again = {
      ...draft,
      partners: draft.partners.map(other => (other.address === one.address ? one : other)),
    };
    const measured = await measure(again, writeDraft(again), importing);
    if ('refused' in measured || mended(again, writeDraft(again), measured) !== again) continue;
    best = { draft: again, measured };
  }
  return best;
}

/** What a check and a plan say of a draft. */
interface Measured {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, Source>;
  readonly changes: readonly Change[];
  readonly left: readonly LeftAlone[];
}

/** A draft, and what a check and a plan say of it. */
interface Settled {
  readonly draft: Draft;
  readonly measured: Measured | Refused;
}

/** Sets aside what is refused or would change a server, until nothing is. */
async function settled(first: Draft, importing: Importing): Promise<Settled> {
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
  const errors = diagnostics.filter(isError);
  const placed = new Map<string, { readonly path: Path; readonly because: Set<string> }>();
  for (const { place, detail } of errors) {
    const path = place && entryOf(pathAt(text, place));
    if (!path) continue;
    const known = placed.get(pointer(path)) ?? { path, because: new Set<string>() };
    known.because.add(detail);
    placed.set(pointer(path), known);
  }
  // From the last to the first, so that places in lists stay what they are.
  const without = [...placed.values()]
    .reverse()
    .reduce(
      (rest, { path, because }) => setAsideAt(rest, path, [...because].join('; ')) ?? rest,
      draft,
    );
  if (without !== draft) return without;
  // What is found on servers alone has no place; only where it is about an entry, that one goes.
  const seen = errors.filter(({ place }) => !place);
  const told = seen.reduce(
    (rest, { address, detail }) => setAsideOf(rest, address ?? '', detail) ?? rest,
    draft,
  );
  return changes.filter(isOfServer).reduce((rest, change) => {
    const { address } = change;
    const because = reasonOf(change);
    return setAsideOf(rest, address, because) ?? setTrustAside(rest, address, because) ?? rest;
  }, told);
}

/** Of a list of entries the entry, or its feature: whatever is wrong within it, it goes as one. */
function entryOf(path: Path): Path {
  if (path[0] === 'partners') return path.slice(0, 2);
  return path[0] === 'scenarios' ? path.slice(0, path[2] === 'features' ? 4 : 2) : path;
}

function reasonOf({ address, because }: Change): string {
  const texts = because.filter(({ code }) => code !== 'seen').map(({ text }) => text);
  return `a plan would change ${address}: ${texts.join('; ')}`;
}

/** What is held here is written anew; a certificate that nobody could read stays what it is. */
function isOfServer({ kind, actions, because }: Change): boolean {
  const isKnown = kind !== 'certificate' || because.some(({ code }) => code === 'not-there');
  return actions[0] !== 'keep' && kind !== 'document' && isKnown;
}
