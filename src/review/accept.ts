import { diagnose, type Diagnostic, type Locate } from '../kernel/report.ts';
import type { Acceptance } from '../topology/topology.ts';
import type { Accepted, Drift } from './drift.ts';

/** What accepted drift is judged by. */
export interface Accepting {
  readonly accepted: readonly Acceptance[];
  readonly now: Date;
  readonly locate: Locate;
}

type Found = Pick<Drift, 'complete' | 'drift' | 'edges'>;

/**
 * Marks what the topology's entries accept, and says which of them have ended or meet nothing.
 * Where not everything was seen, nobody can say that an entry meets nothing.
 */
export function accept(
  { complete, drift, edges }: Found,
  { accepted, now, locate }: Accepting,
): Pick<Drift, 'drift' | 'edges'> & { readonly diagnostics: readonly Diagnostic[] } {
  const today = now.toISOString().slice(0, 10);
  const met = new Set<Acceptance>();
  const entries = byTarget(accepted);
  const taken = (address: string, part?: string): { readonly accepted?: Accepted } => {
    const found = entries.get(named(address, part)) ?? [];
    for (const one of found) met.add(one);
    const holding = found.find(({ until }) => until >= today);
    return holding ? { accepted: { reason: holding.reason, until: holding.until } } : {};
  };
  const resources = drift.map(({ attributes, ...one }) => ({
    ...one,
    attributes: attributes.map(each => ({ ...each, ...taken(one.address, each.name) })),
    ...taken(one.address),
  }));
  const judged = edges.map(({ address, findings }) => {
    const whole = taken(address);
    return {
      address,
      findings: findings.map(one => ({ ...one, ...whole, ...taken(address, one.code) })),
    };
  });
  const diagnostics = accepted.flatMap(one => {
    if (one.until < today) return expired(one, locate);
    return met.has(one) || !complete ? [] : unused(one, locate);
  });
  return { drift: resources, edges: judged, diagnostics };
}

function byTarget(accepted: readonly Acceptance[]): ReadonlyMap<string, Acceptance[]> {
  const found = new Map<string, Acceptance[]>();
  for (const one of accepted) {
    const target = named(one.address, one.attribute);
    found.set(target, [...(found.get(target) ?? []), one]);
  }
  return found;
}

function expired({ at, address, attribute, until }: Acceptance, locate: Locate): Diagnostic {
  const finding = {
    detail: `what is accepted of ${named(address, attribute)} ended with ${until}`,
    help: 'mend what it was for and remove it, or decide again and write a later date',
    at: [...at, 'until'],
    address,
  };
  return diagnose('accepted/expired', finding, locate);
}

function unused({ at, address, attribute }: Acceptance, locate: Locate): Diagnostic {
  const finding = {
    detail: `nothing of ${named(address, attribute)} has drifted`,
    help: 'remove the entry, or correct its address or attribute as `drift` prints them',
    at,
    address,
  };
  return diagnose('accepted/unused', finding, locate);
}

function named(address: string, attribute: string | undefined): string {
  return attribute === undefined ? address : `${attribute} of ${address}`;
}
