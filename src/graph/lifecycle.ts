import { readAddress } from '../kernel/address.ts';
import type { Report } from '../kernel/report.ts';
import type { Installation } from '../products/installation.ts';
import { createGuess } from '../rules/wording.ts';
import type { Import, Move, Removal, Topology } from '../topology/topology.ts';
import type { Graph, Resource } from './resource.ts';

/** What is looked at: what a topology says of what was before, and what it declares. */
export interface Lifecycle {
  readonly topology: Topology;
  readonly graph: Graph;
  readonly installations: ReadonlyMap<string, Installation>;
}

/** Whether `moved`, `removed` and `import` can be meant, as far as the topology alone tells. */
export function reportLifecycle(
  { topology, graph, installations }: Lifecycle,
  report: Report,
): void {
  const { moved, removed, imports } = topology;
  const resources = new Map<string, Resource>(graph.resources.map(one => [one.address, one]));
  const declares = (subject: string): boolean =>
    resources.has(subject) || topology.deployments.has(subject);
  for (const one of [...moved, ...removed]) reportDeclared(one, declares, report);
  reportMoves(moved, report);
  reportMovedAndRemoved(moved, removed, report);
  reportImports(imports, { resources, installations }, report);
}

function reportDeclared(
  { at, from }: Move | Removal,
  declares: (subject: string) => boolean,
  report: Report,
): void {
  if (!declares(from)) return;
  const list = String(at[0]);
  report.add('moved/still-declared', {
    detail: `${from} is declared, so it cannot be what \`${list}\` speaks of`,
    help: `delete this entry of \`${list}\`, or no longer declare ${from}`,
    at: [...at, 'from'],
    address: from,
  });
}

function reportMoves(moved: readonly Move[], report: Report): void {
  const byFrom = firstOf(moved, ({ from }) => from);
  const byTo = firstOf(moved, ({ to }) => to);
  const turning = circles(byFrom);
  for (const move of moved) {
    const { at, from, to } = move;
    if (form(from) !== form(to)) {
      const detail = `"${from}" is ${form(from)} and "${to}" is ${form(to)}`;
      const help = 'write two names of a deployment, or two addresses of one kind';
      report.add('moved/form', { detail, help, at, address: from });
    }
    const twin = [byFrom.get(from), byTo.get(to)].find(one => one !== undefined && one !== move);
    if (twin) {
      const related = [{ at: twin.at, text: 'the other one' }];
      const detail = twin.from === from ? `"${from}" is moved twice` : `two become "${to}"`;
      const help = 'delete the entry that is not meant';
      report.add('moved/ambiguous', { detail, help, at, address: from, related });
    }
    if (turning.has(move)) {
      const detail = `"${from}" would in the end be called "${from}" again`;
      const help = 'delete what is history: a chain ends at what is declared today';
      report.add('moved/circle', { detail, help, at, address: from });
    }
  }
}

function reportMovedAndRemoved(
  moved: readonly Move[],
  removed: readonly Removal[],
  report: Report,
): void {
  const byFrom = firstOf(moved, ({ from }) => from);
  for (const { at, from } of removed) {
    const move = byFrom.get(from);
    if (!move) continue;
    report.add('moved/ambiguous', {
      detail: `"${from}" is moved to "${move.to}" and also let go`,
      help: 'delete the entry that is not meant; to let it go under its new name, write that',
      at,
      address: from,
      related: [{ at: move.at, text: 'moved here' }],
    });
  }
}

/** One move of each circle. */
function circles(byFrom: ReadonlyMap<string, Move>): Set<Move> {
  const found = new Set<Move>();
  const walked = new Map<Move, Move>();
  for (const start of byFrom.values()) {
    let next: Move | undefined = start;
    while (next && !walked.has(next)) {
      walked.set(next, start);
      next = byFrom.get(next.to);
    }
    if (next && walked.get(next) === start) found.add(next);
  }
  return found;
}

function form(subject: string): string {
  const read = readAddress(subject);
  if (read) return `an address of kind ${read.kind}`;
  return subject.includes('/') ? 'an address of no known kind' : 'the name of a deployment';
}

function reportImports(
  imports: readonly Import[],
  { resources, installations }: Imported,
  report: Report,
): void {
  const byTo = firstOf(imports, ({ to }) => to);
  const guess = createGuess(resources.keys());
  for (const one of imports) {
    const { at, to } = one;
    const resource = resources.get(to);
    const twin = byTo.get(to);
    if (twin && twin !== one) {
      const related = [{ at: twin.at, text: 'first imported here' }];
      const detail = `${to} is imported twice`;
      report.add('import/twice', { detail, help: 'delete one', at, address: to, related });
    } else if (!resource) {
      const detail = `the topology declares no ${to}`;
      report.add('import/not-declared', {
        detail,
        help: guess(to),
        at: [...at, 'to'],
        address: to,
      });
    } else reportIdentity(one, resource, { resources, installations }, report);
  }
}

interface Imported {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly installations: ReadonlyMap<string, Installation>;
}

/** An import is inert once its object was seen, so it must not be what decides a name. */
function reportIdentity(
  { at, to, identity }: Import,
  resource: Resource,
  { installations }: Imported,
  report: Report,
): void {
  const { product } = installations.get(resource.deployment) ?? {};
  const key = product?.objects[resource.kind]?.identity;
  if (key === undefined) {
    report.add('import/no-identity', {
      detail: `an object of kind ${resource.kind} has no name in ${product?.title ?? ''}`,
      help: 'delete this entry: it is ensured as it stands, and nothing has to be imported',
      at,
      address: to,
    });
    return;
  }
  const declared = resource.attributes[key] ?? null;
  if (String(declared).toLowerCase() === identity.toLowerCase()) return;
  report.add('import/other-identity', {
    detail: `it is imported as "${identity}" and declared as ${JSON.stringify(declared)}`,
    help: `write beside it in the topology: ${key}: ${JSON.stringify(identity)}`,
    at: [...at, 'identity'],
    address: to,
    related: [{ at: resource.at, text: 'declared here' }],
  });
}

function firstOf<Thing>(
  things: readonly Thing[],
  key: (thing: Thing) => string,
): Map<string, Thing> {
  const found = new Map<string, Thing>();
  for (const thing of things) if (!found.has(key(thing))) found.set(key(thing), thing);
  return found;
}
