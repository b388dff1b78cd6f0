import type { Kind } from '../kernel/address.ts';
import type { Json } from '../kernel/json.ts';
import type { Diagnostic, Severity } from '../kernel/report.ts';

/** Taken by an entry of the topology, for a reason and for a time. */
export interface Accepted {
  readonly reason: string;
  readonly until: string;
}

/** One attribute that is not as it was left; null: nobody says anything of it. */
export interface DriftedAttribute {
  readonly name: string;
  readonly declared: Json;
  readonly recorded: Json;
  readonly observed: Json;
  /** Somebody did by hand what the topology says. */
  readonly as_declared: boolean;
  readonly accepted?: Accepted;
}

/** A resource that is not as it was left. */
export interface DriftedResource {
  readonly address: string;
  readonly kind: Kind;
  readonly deployment: string;
  /** The server on which that was read, and when. */
  readonly host: string;
  readonly collected_at: string;
  readonly is: 'differs' | 'absent';
  /** Empty where it is absent. */
  readonly attributes: readonly DriftedAttribute[];
  readonly accepted?: Accepted;
}

/** Every way in which the two ends of an edge do not fit. */
export const EDGE_CODES = [
  'half-trust',
  'duplicate',
  'another-key',
  'disabled',
  'wrong-realm',
  'wrong-principal',
  'wrong-host',
  'stale-copy',
  'published-not-signing',
  'roll-unknown',
  'ended',
] as const;

/** One thing about the two ends of an edge: what it means, and what to do. */
export interface EdgeFinding {
  readonly code: (typeof EDGE_CODES)[number];
  /** Infos are no drift. */
  readonly severity: Severity;
  /** The side on which it is. */
  readonly deployment: string;
  readonly text: string;
  readonly help: string;
  readonly accepted?: Accepted;
}

/** An edge with something to say of it. */
export interface JudgedEdge {
  readonly address: string;
  readonly findings: readonly EdgeFinding[];
}

/** Something that is declared or recorded and was not seen. */
export interface Unseen {
  readonly address: string;
  readonly because: string;
}

/** Declared, recorded and observed side by side. Written as `drift.schema.json` says. */
export interface Drift {
  readonly format_version: string;
  readonly kind: 'drift';
  readonly tool: string;
  readonly clock: string;
  readonly name: string;
  /** False: something was not seen, so that it may have drifted too. */
  readonly complete: boolean;
  readonly drift: readonly DriftedResource[];
  readonly edges: readonly JudgedEdge[];
  /** Declared and not carried out yet. */
  readonly pending: readonly string[];
  readonly unseen: readonly Unseen[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether anything drifted that nobody accepted. */
export function isDrifted({ drift, edges }: Pick<Drift, 'drift' | 'edges'>): boolean {
  return (
    drift.some(one => !isAccepted(one)) ||
    edges.some(({ findings }) => findings.some(one => one.severity !== 'info' && !one.accepted))
  );
}

/** Whether a resource's drift is accepted, as a whole or attribute by attribute. */
export function isAccepted({ is, attributes, accepted }: DriftedResource): boolean {
  if (accepted) return true;
  return is === 'differs' && attributes.every(one => one.accepted !== undefined);
}
