import { readAddress, type Address } from '../kernel/address.ts';
import { byAddress } from '../kernel/canonical.ts';
import type { Snapshot, StateEdge, StateEntry } from './snapshot.ts';

/** What was called `from` is called `to` now: two names of a deployment, or two addresses. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** A state under the names that are used today, and what each address was recorded as. */
export interface Renamed {
  readonly snapshot: Snapshot;
  /** Address of today to the recorded one; only of what is called otherwise. */
  readonly former: ReadonlyMap<string, string>;
  /** Addresses that two recorded resources would have. */
  readonly taken: readonly string[];
}

/** Calls what is recorded by the names that are used today. Standing and attributes stay. */
export function rename(snapshot: Snapshot, renames: readonly Rename[]): Renamed {
  if (renames.length === 0) return { snapshot, former: new Map(), taken: [] };
  const follow = follower(renames);
  const former = new Map<string, string>();
  const seen = new Set<string>();
  const taken = new Set<string>();
  const resources = snapshot.resources.map(entry => {
    const address = follow(entry.address);
    if (seen.has(address)) taken.add(address);
    seen.add(address);
    if (address === entry.address) return entry;
    former.set(address, entry.address);
    return renamedEntry(entry, address);
  });
  const edges = snapshot.edges.map((edge): StateEdge => ({
    ...edge,
    address: follow(edge.address),
  }));
  return {
    snapshot: { ...snapshot, resources: resources.sort(byAddress), edges: edges.sort(byAddress) },
    former,
    taken: [...taken],
  };
}

function renamedEntry(entry: StateEntry, address: string): StateEntry {
  const deployment = readAddress(address)?.deployment ?? entry.deployment;
  // Receipts of scripts that ran before still speak of it under that name.
  const formerly = [...(entry.formerly ?? []), { address: entry.address, script: entry.script }];
  return { ...entry, address: address as Address, deployment, formerly };
}

/** Follows a chain of renames; each is taken once, so that a circle ends. */
export function follower(renames: readonly Rename[]): (address: string) => string {
  const known = new Map(renames.map(({ from, to }) => [from, to]));
  return recorded => {
    const left = new Map(known);
    let address = recorded;
    for (let next = step(address, left); next !== undefined; next = step(address, left)) {
      address = next;
    }
    return address;
  };
}

/** One rename further; an address of its own says more than the name of its deployment. */
function step(address: string, left: Map<string, string>): string | undefined {
  const isEdge = address.startsWith('edge/');
  // A partner carries an edge, which is called as it is.
  const exact = take(left, isEdge ? address.replace('edge/', 'partner/') : address);
  if (exact !== undefined) return isEdge ? exact.replace('partner/', 'edge/') : exact;
  const parts = address.split('/');
  const [kind = '', deployment = '', other = ''] = parts;
  const own = take(left, deployment);
  if (own !== undefined) return parts.with(1, own).join('/');
  // The name of a partner is that of its issuer.
  const issuer = PAIRS.has(kind) ? take(left, other) : undefined;
  return issuer === undefined ? undefined : [kind, deployment, issuer].join('/');
}

const PAIRS: ReadonlySet<string> = new Set(['partner', 'edge']);

function take(left: Map<string, string>, from: string): string | undefined {
  const to = left.get(from);
  left.delete(from);
  return to;
}
