import { byAddress, byCodeUnit } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import { alteredKeys } from '../plan/facts.ts';
import type { Action, Plan } from '../plan/plan.ts';
import { readEdges, stateEdges } from '../plan/trust.ts';
import type { Graph } from '../graph/resource.ts';
import type { StateEdge } from '../state/snapshot.ts';

/** What is compared: where a topology or a plan leads to, and nothing of where it starts. */
export interface Side {
  readonly of: 'topology' | 'plan';
  /** Single facts of the whole, such as the name. */
  readonly facts: Readonly<Record<string, string>>;
  readonly resources: readonly SideResource[];
  readonly edges: readonly StateEdge[];
  /** Path to SHA-256 of what is written for the servers. */
  readonly files: ReadonlyMap<string, string>;
}

/** One resource as a side wants it; a plan says also what it does for that. */
export interface SideResource {
  readonly address: string;
  /** Null where a plan removes it. */
  readonly attributes: JsonObject | null;
  readonly actions?: readonly Action[];
}

/** What became of one thing from the one side to the other. */
export type Difference = 'added' | 'removed' | 'changed';

/** A resource that differs. */
export interface ResourceDifference {
  readonly address: string;
  readonly difference: Difference;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
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

const FORMAT = '1.0';
/** It holds the digests of all other files. */
const MANIFEST = 'manifest.json';

/** The side of a checked topology. */
export function sideOfTopology(
  name: string,
  graph: Graph,
  files: ReadonlyMap<string, string>,
): Side {
  return {
    of: 'topology',
    facts: { name },
    resources: graph.resources,
    edges: stateEdges(graph),
    files,
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
    resources: plan.changes.map(({ address, actions, after }) => ({
      address,
      actions,
      attributes: after,
    })),
    edges: plan.trust.edges.flatMap(({ address, after }) =>
      after ? [{ address, attributes: after }] : [],
    ),
    files: new Map(standing.map(({ path, sha256 }) => [path, sha256])),
  };
}

/** From the one side to the other, with what that does to trust. */
export function compare(before: Side, after: Side): Comparison {
  const facts = factsOf(before, after);
  const resources = resourcesOf(before, after);
  const trust = readEdges(before.edges, after.edges);
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

function resourcesOf(before: Side, after: Side): ResourceDifference[] {
  const [was, is] = [byName(before), byName(after)];
  const addresses = [...new Set([...is.keys(), ...was.keys()])];
  return addresses
    .flatMap(address => differenceOf(address, was.get(address), is.get(address)))
    .sort(byAddress);
}

function byName({ resources }: Side): ReadonlyMap<string, SideResource> {
  return new Map(resources.map(one => [one.address, one]));
}

function differenceOf(
  address: string,
  was: SideResource | undefined,
  is: SideResource | undefined,
): ResourceDifference[] {
  const same = was && is && alteredKeys(was.attributes ?? {}, is.attributes ?? {}).length === 0;
  const actions = was?.actions ?? is?.actions;
  if (same && String(was.actions) === String(is.actions)) return [];
  return [
    {
      address,
      difference: !was ? 'added' : !is ? 'removed' : 'changed',
      before: was?.attributes ?? null,
      after: is?.attributes ?? null,
      actions: actions ? { before: was?.actions ?? [], after: is?.actions ?? [] } : null,
    },
  ];
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
