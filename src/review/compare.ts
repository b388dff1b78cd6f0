import { byAddress, byCodeUnit } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import { alteredKeys } from '../plan/facts.ts';
import type { Action, Change, Plan } from '../plan/plan.ts';
import { readEdges, stateEdges } from '../plan/trust.ts';
import type { Graph } from '../graph/resource.ts';
import type { Rename } from '../state/rename.ts';
import type { StateEdge } from '../state/snapshot.ts';
import { calledAsIn, type Named } from './rename-side.ts';

/** What is compared: where a topology or a plan leads to, and nothing of where it starts. */
export interface Side {
  readonly of: 'topology' | 'plan';
  /** Single facts of the whole, such as the name. */
  readonly facts: Readonly<Record<string, string>>;
  readonly resources: readonly SideResource[];
  readonly edges: readonly StateEdge[];
  /** Path to SHA-256 of what is written for the servers. */
  readonly files: ReadonlyMap<string, string>;
  /** What was called otherwise before; of the later side it is how the earlier one is read. */
  readonly moved: readonly Rename[];
}

/** One resource as a side wants it; a plan says also what it does for that. */
export interface SideResource {
  readonly address: string;
  /** Null where a plan removes it. */
  readonly attributes: JsonObject | null;
  /** Whether it is protected; null where a plan leaves that as it is recorded. */
  readonly protect: boolean | null;
  readonly actions?: readonly Action[];
}

/** What became of one thing from the one side to the other. */
export type Difference = 'added' | 'removed' | 'changed';

/** A resource that differs. */
export interface ResourceDifference {
  readonly address: string;
  /** What the first side calls it, where that is otherwise. */
  readonly previous_address?: string;
  /** `moved`: it is called otherwise, and nothing else. */
  readonly difference: Difference | 'moved';
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** Whether it is protected, where that differs; null: not there, or as it is recorded. */
  readonly protect?: { readonly before: boolean | null; readonly after: boolean | null };
  /** What the two plans do about it; null between topologies. */
  readonly actions: {
    readonly before: readonly Action[];
    readonly after: readonly Action[];
  } | null;
}

/** Written as `diff.schema.json` says. */
export interface Comparison {
  readonly format_version: string;
  readonly kind: 'diff';
  readonly of: Side['of'];
  readonly different: boolean;
  readonly facts: readonly {
    readonly name: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
  readonly resources: readonly ResourceDifference[];
  readonly trust: Plan['trust'];
  readonly files: readonly { readonly path: string; readonly difference: Difference }[];
}

const FORMAT = '1.1';
/** It holds the digests of all other files. */
const MANIFEST = 'manifest.json';

/** The side of a checked topology. */
export function sideOfTopology(
  { name, moved }: { readonly name: string; readonly moved: readonly Rename[] },
  graph: Graph,
  files: ReadonlyMap<string, string>,
): Side {
  return {
    of: 'topology',
    facts: { name },
    resources: graph.resources.map(({ address, attributes, protect = false }) => ({
      address,
      attributes,
      protect,
    })),
    edges: stateEdges(graph),
    files,
    moved,
  };
}

/** The side of a plan: what stands when it has been carried out. */
export function sideOfPlan(plan: Plan): Side {
  const { name, checksum, lineage, serial, tool, digests } = plan;
  const standing = plan.artifacts.filter(({ action }) => action !== 'delete');
  return {
    of: 'plan',
    facts: {
      name,
      checksum: checksum ?? 'none',
      lineage: lineage ?? 'none',
      serial: String(serial),
      tool,
      templates: digests.templates,
    },
    resources: plan.changes.map(({ address, actions, after, because }) => ({
      address,
      actions,
      attributes: after,
      protect: protectionIn(because),
    })),
    edges: plan.trust.edges.flatMap(({ address, after }) =>
      after ? [{ address, attributes: after }] : [],
    ),
    files: new Map(standing.map(({ path, sha256 }) => [path, sha256])),
    moved: plan.changes.flatMap(({ address, previous_address: from }) =>
      from === undefined ? [] : [{ from, to: address }],
    ),
  };
}

/** What a plan makes of a protection. */
function protectionIn(because: Change['because']): boolean | null {
  const codes = because.map(({ code }) => code);
  return codes.includes('protected') ? true : codes.includes('unprotected') ? false : null;
}

/** From the one side to the other, with what that does to trust. */
export function compare(before: Side, after: Side): Comparison {
  const facts = factsOf(before, after);
  const called = calledAsIn(after.moved);
  const resources = resourcesOf(called(before.resources), after.resources);
  const trust = readEdges(called(before.edges).map(unnamed), after.edges);
  const files = filesOf(before.files, after.files);
  const sameTrust = trust.edges.every(({ reading }) => reading === 'same');
  return {
    format_version: FORMAT,
    kind: 'diff',
    of: after.of,
    different: facts.length + resources.length + files.length > 0 || !sameTrust,
    facts,
    resources,
    trust,
    files,
  };
}

function factsOf(before: Side, after: Side): Comparison['facts'] {
  return Object.keys(after.facts)
    .map(name => ({
      name,
      before: before.facts[name] ?? null,
      after: after.facts[name] ?? null,
    }))
    .filter(one => one.before !== one.after);
}

/** An edge alone: what it was called is told by the partner that carries it. */
function unnamed({ address, attributes }: Named<StateEdge>): StateEdge {
  return { address, attributes };
}

function resourcesOf(
  before: readonly Named<SideResource>[],
  after: readonly SideResource[],
): ResourceDifference[] {
  const [was, is] = [byName(before), byName(after)];
  const addresses = [...new Set([...is.keys(), ...was.keys()])];
  return addresses
    .flatMap(address => differenceOf(address, was.get(address), is.get(address)))
    .sort(byAddress);
}

function byName<Thing extends SideResource>(things: readonly Thing[]): ReadonlyMap<string, Thing> {
  return new Map(things.map(one => [one.address, one]));
}

function differenceOf(
  address: string,
  was: Named<SideResource> | undefined,
  is: SideResource | undefined,
): ResourceDifference[] {
  const same =
    was &&
    is &&
    alteredKeys(was.attributes ?? {}, is.attributes ?? {}).length === 0 &&
    String(was.actions) === String(is.actions) &&
    was.protect === is.protect;
  const former = is && was?.former;
  if (same && former === undefined) return [];
  const actions = was?.actions ?? is?.actions;
  return [
    {
      address,
      ...(former !== undefined && { previous_address: former }),
      difference: !was ? 'added' : !is ? 'removed' : same ? 'moved' : 'changed',
      before: was?.attributes ?? null,
      after: is?.attributes ?? null,
      ...protection(was, is),
      actions: actions ? { before: was?.actions ?? [], after: is?.actions ?? [] } : null,
    },
  ];
}

/** Of what comes or goes only a protection is worth a word, not that there is none. */
function protection(
  was: SideResource | undefined,
  is: SideResource | undefined,
): Pick<ResourceDifference, 'protect'> {
  const [before, after] = [was?.protect ?? null, is?.protect ?? null];
  const tells = was && is ? before !== after : before === true || after === true;
  return tells ? { protect: { before, after } } : {};
}

function filesOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Comparison['files'] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort(byCodeUnit);
  return paths
    .filter(path => path !== MANIFEST && before.get(path) !== after.get(path))
    .map(path => ({
      path,
      difference: !before.has(path) ? 'added' : !after.has(path) ? 'removed' : 'changed',
    }));
}
