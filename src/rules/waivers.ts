import { CODES } from '../generated/codes.ts';
import { diagnose, type Diagnostic, type Locate } from '../kernel/report.ts';
import type { Topology, Waiver } from '../topology/topology.ts';

/** What waivers are judged by. */
export interface Settling {
  readonly topology: Topology;
  readonly now: Date;
  readonly locate: Locate;
}

/**
 * Marks what the topology's waivers settle, and says which waivers have ended, settle nothing, or
 * name what cannot be waived. Warnings can always be waived, errors where their code says so.
 */
export function settle(diagnostics: readonly Diagnostic[], settling: Settling): Diagnostic[] {
  const { settled, matched, refused, today } = mark(diagnostics, settling);
  const { topology, locate } = settling;
  const faults = topology.waivers.flatMap(waiver => {
    if (refused.has(waiver)) return notWaivable(waiver, locate);
    if (waiver.until < today) return expired(waiver, locate);
    return matched.has(waiver) || mayBeSeen(waiver) ? [] : unused(waiver, locate);
  });
  return [...settled, ...faults];
}

/** The same for what evidence shows of the servers; what is wrong with waivers was told before. */
export function settleSeen(diagnostics: readonly Diagnostic[], settling: Settling): Diagnostic[] {
  return mark(diagnostics, settling).settled;
}

/** Whether evidence that is not given, or not yet looked at, may show what a waiver is for. */
function mayBeSeen({ rule }: Waiver): boolean {
  return Object.entries(CODES).some(
    ([code, facts]) => 'seen' in facts && (code === rule || facts.rule === rule),
  );
}

interface Marked {
  readonly settled: Diagnostic[];
  /** Waivers that name a finding, and those of them that may not settle it. */
  readonly matched: ReadonlySet<Waiver>;
  readonly refused: ReadonlySet<Waiver>;
  readonly today: string;
}

function mark(diagnostics: readonly Diagnostic[], { topology, now }: Settling): Marked {
  const today = now.toISOString().slice(0, 10);
  const waivers = byTarget(topology.waivers);
  const matched = new Set<Waiver>();
  const refused = new Set<Waiver>();
  const settled = diagnostics.map(diagnostic => {
    const found = targetsOf(diagnostic).flatMap(target => waivers.get(target) ?? []);
    for (const waiver of found) matched.add(waiver);
    if (!isWaivable(diagnostic)) for (const waiver of found) refused.add(waiver);
    const holding = found.find(waiver => waiver.until >= today);
    if (!holding || !isWaivable(diagnostic)) return diagnostic;
    return { ...diagnostic, waived: { reason: holding.reason, until: holding.until } };
  });
  return { settled, matched, refused, today };
}

function byTarget(waivers: readonly Waiver[]): Map<string, Waiver[]> {
  const found = new Map<string, Waiver[]>();
  for (const waiver of waivers) {
    const target = `${waiver.rule} ${waiver.address}`;
    found.set(target, [...(found.get(target) ?? []), waiver]);
  }
  return found;
}

/** A waiver names a finding by its rule or its code, and always by its address. */
function targetsOf({ rule, code, address }: Diagnostic): string[] {
  if (address === undefined) return [];
  return [...(rule === undefined ? [] : [`${rule} ${address}`]), `${code} ${address}`];
}

function isWaivable({ code, severity }: Diagnostic): boolean {
  return severity !== 'error' || 'waivable' in CODES[code];
}

function expired({ at, rule, address, until }: Waiver, locate: Locate): Diagnostic {
  const finding = {
    detail: `the waiver of ${rule} at ${address} ended with ${until}`,
    help: 'mend what it was for and remove it, or decide again and write a later date',
    at: [...at, 'until'],
    address,
  };
  return diagnose('waiver/expired', finding, locate);
}

function unused({ at, rule, address }: Waiver, locate: Locate): Diagnostic {
  const finding = {
    detail: `${rule} finds nothing at ${address}`,
    help: 'remove the waiver, or correct its rule or address: both are printed with each finding',
    at,
    address,
  };
  return diagnose('waiver/unused', finding, locate);
}

function notWaivable({ at, rule, address }: Waiver, locate: Locate): Diagnostic {
  const finding = {
    detail: `${rule} at ${address} is an error that no waiver settles`,
    help: 'mend what it says and remove the waiver',
    at: [...at, 'rule'],
    address,
  };
  return diagnose('waiver/not-waivable', finding, locate);
}
