import type { Address } from '../kernel/address.ts';
import { byAddress, canonical } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { isSilent, sight, whyUntold } from '../evidence/sight.ts';
import type { Sighting, Sought } from '../evidence/sighting.ts';
import { alteredKeys } from '../plan/facts.ts';
import { factsOf, type Observing } from '../plan/looked-for.ts';
import type { StateEntry } from '../state/snapshot.ts';
import type { DriftedAttribute, DriftedResource, Unseen } from './drift.ts';

/** What three columns, declared, recorded and observed, say resource by resource. */
export interface Columns {
  readonly drift: readonly DriftedResource[];
  readonly pending: readonly string[];
  readonly unseen: readonly Unseen[];
  /** By address; nothing where nobody looked. */
  readonly sightings: ReadonlyMap<string, Sighting>;
}

/** One resource that servers can show, as it is declared and as it is recorded. */
interface Subject extends Pick<StateEntry, 'address' | 'kind' | 'deployment'> {
  readonly declared: JsonObject | undefined;
  readonly entry: StateEntry | undefined;
  readonly facts: Omit<Sought, 'attributes'>;
}

/** A subject whose servers were read. */
interface Looked extends Subject {
  /** As it is recorded of an object that is there; nothing of one that nobody saw or reported. */
  readonly recorded: JsonObject | undefined;
  readonly evidence: Evidence;
}

/** What is known of one resource. */
interface Verdict {
  readonly drift?: Pick<DriftedResource, 'is' | 'attributes'>;
  readonly pending?: boolean;
  readonly unseen?: readonly string[];
}

/** Compares everything that servers can show with what is recorded, or else declared, of it. */
export function compareColumns(observing: Observing, recorded: readonly StateEntry[]): Columns {
  const drift: DriftedResource[] = [];
  const pending: string[] = [];
  const unseen: Unseen[] = [];
  const sightings = new Map<string, Sighting>();
  for (const subject of subjectsOf(observing, recorded)) {
    const { address, kind, deployment, entry } = subject;
    const evidence = observing.evidence.get(deployment);
    if (!evidence) {
      unseen.push({ address, because: `nothing was read of ${deployment}` });
      continue;
    }
    const isThere = entry?.standing === 'deployed' || entry?.standing === 'verified';
    const looked = { ...subject, evidence, recorded: isThere ? entry.attributes : undefined };
    const sighting = find(looked);
    sightings.set(address, sighting);
    const verdict = judge(looked, sighting);
    const { host, collectedAt } = evidence;
    if (verdict.drift) {
      drift.push({ address, kind, deployment, host, collected_at: collectedAt, ...verdict.drift });
    }
    if (verdict.pending) pending.push(address);
    unseen.push(...(verdict.unseen ?? []).map(because => ({ address, because })));
  }
  return { drift, pending, unseen, sightings };
}

function subjectsOf(
  { graph, products }: Observing,
  recorded: readonly StateEntry[],
): readonly Subject[] {
  const entries = new Map(recorded.map(entry => [entry.address, entry]));
  const declared = new Map(graph.resources.map(one => [one.address, one]));
  return [...new Set<Address>([...declared.keys(), ...entries.keys()])]
    .flatMap((address): Subject[] => {
      const [resource, entry] = [declared.get(address), entries.get(address)];
      const known = resource ?? entry;
      const product = known && products.get(known.deployment);
      const facts = product && factsOf(product, known);
      // What is held here comes to no server, but for an issuer's certificate.
      if (!facts || (known.held === 'here' && !facts.facts.slots)) return [];
      const { kind, deployment } = known;
      return [{ address, kind, deployment, declared: resource?.attributes, entry, facts }];
    })
    .sort(byAddress);
}

/** Looks for it as it was left; where it is not found, by the key that is declared today. */
function find({ declared, recorded, entry, facts, evidence }: Looked): Sighting {
  const left = recorded ?? declared ?? entry?.attributes ?? {};
  const first = sight({ attributes: left, ...facts }, evidence);
  if (first.is !== 'absent' || !declared || !recorded) return first;
  const keys = [...facts.naturalKey, ...(facts.facts.alsoBy ?? [])];
  const key = Object.fromEntries(keys.map(name => [name, declared[name] ?? null]));
  return sight({ attributes: { ...recorded, ...key }, ...facts }, evidence);
}

function judge(looked: Looked, sighting: Sighting): Verdict {
  const { declared, recorded, facts, evidence } = looked;
  switch (sighting.is) {
    case 'several':
      // Of a partner both ends of its edge tell it.
      if (looked.kind === 'partner' && declared) return {};
      return {
        unseen: [`${evidence.host} has several objects that are it: ${quoted(sighting.names)}`],
      };
    case 'unread':
      if (isUnnamed(looked)) return { pending: !recorded && declared?.['source'] !== 'existing' };
      return { unseen: [sighting.because] };
    case 'absent':
      if (recorded) return { drift: { is: 'absent', attributes: [] } };
      return { pending: declared !== undefined };
    case 'there': {
      const done = doneByHand(looked);
      const attributes = driftedIn(looked, sighting, done);
      // Its script was written and has not reported back: that it differs is what is awaited.
      const isAwaited = looked.entry?.standing === 'rendered';
      const isDrift = attributes.length > 0 && !isAwaited;
      return {
        ...(isDrift && { drift: { is: 'differs', attributes } }),
        pending: isPending(looked, done) || (isAwaited && attributes.length > 0),
        unseen: sighting.untold.map(key => `${key}: ${whyUntold(key, facts.facts, evidence)}`),
      };
    }
  }
}

function quoted(names: readonly string[]): string {
  return names.map(name => JSON.stringify(name)).join(', ');
}

/** A certificate of which nobody has said yet which one it must be: nothing to compare with. */
function isUnnamed({ declared, recorded, facts, evidence }: Looked): boolean {
  const wanted = (recorded ?? declared ?? {})['thumbprint'];
  return (
    facts.facts.slots !== undefined &&
    typeof wanted !== 'string' &&
    evidence.objects.has(facts.facts.command)
  );
}

type There = Extract<Sighting, { is: 'there' }>;

function driftedIn(
  { declared, recorded, facts }: Looked,
  { attributes, told }: There,
  done: ReadonlySet<string>,
): readonly DriftedAttribute[] {
  const left = recorded ?? declared;
  if (!left) return [];
  const differs = new Set(alteredKeys(left, attributes).filter(key => told.includes(key)));
  const lists = facts.facts.lists ?? {};
  return (
    [...differs]
      // What belongs to another object says nothing of ours.
      .filter(key => !differs.has(lists[key]?.of ?? ''))
      .map(name => ({
        name,
        declared: declared?.[name] ?? null,
        recorded: recorded?.[name] ?? null,
        observed: attributes[name] ?? null,
        as_declared: done.has(name),
      }))
  );
}

/** Attributes that are declared otherwise than they are recorded, and seen as declared. */
function doneByHand({ declared, recorded, facts, evidence }: Looked): ReadonlySet<string> {
  if (!declared || !recorded) return new Set();
  const altered = alteredKeys(recorded, declared);
  if (altered.length === 0) return new Set();
  const sighting = sight({ attributes: declared, ...facts }, evidence);
  if (sighting.is !== 'there') return new Set();
  const { attributes, told } = sighting;
  const isDone = (key: string): boolean =>
    told.includes(key) &&
    !isSilent(declared[key] ?? null) &&
    canonical(attributes[key] ?? null) === canonical(declared[key] ?? null);
  return new Set(altered.filter(isDone));
}

/** Whether it is still to be made what the topology says, or to be removed. */
function isPending({ declared, recorded }: Looked, done: ReadonlySet<string>): boolean {
  if (!declared) return true;
  return recorded !== undefined && alteredKeys(recorded, declared).some(key => !done.has(key));
}
