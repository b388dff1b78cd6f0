import type { Kind } from '../kernel/address.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Diagnostic } from '../kernel/report.ts';

/**
 * One step's nature. `ensure`: files must be written and no receipt shows the object, which may
 * exist. `create`: only what we hold ourselves. `forget`: managed no longer, and nothing is
 * removed. `keep`: the same object; `because` says where what is recorded of it changes.
 */
export type Action = 'ensure' | 'create' | 'update' | 'delete' | 'forget' | 'keep';

/** A stable code and a sentence a reviewer can check. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

/** A finding about the change itself. */
export interface Hazard extends Reason {
  readonly severity: 'warning' | 'notice';
}

/** One change: what, why, after what, and the way back. `replace` is `['delete', 'create']`. */
export interface Change {
  readonly address: string;
  /** As it was recorded, where it is called otherwise now. */
  readonly previous_address?: string;
  /** What an import claims of it, until a receipt or evidence shows the object. */
  readonly importing?: { readonly identity: string };
  readonly kind: Kind;
  readonly actions: readonly Action[];
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** Attributes whose value is known only after `keys prepare`. */
  readonly after_unknown: readonly string[];
  readonly because: readonly Reason[];
  readonly needs: readonly string[];
  /** The undo script, or why there is none. */
  readonly undo: string;
  readonly hazards: readonly Hazard[];
}

/** What a change does to trust. */
export type Reading = 'widens' | 'narrows' | 'same';

/** One edge before and after. */
export interface EdgeReading {
  readonly address: string;
  readonly reading: Reading;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** A file that apply would write, change, delete or leave. */
export interface PlannedArtifact {
  readonly path: string;
  readonly action: 'create' | 'update' | 'delete' | 'keep';
  readonly sha256: string;
}

/** Rendered and not yet recorded: never a change. */
export interface Awaiting {
  readonly address: string;
  readonly script: string;
  readonly since: string;
  readonly standing: 'rendered' | 'removing';
  /** What an import claims of it. */
  readonly claim?: string;
}

/** The digests a plan is bound to. */
export interface PlanDigests {
  readonly topology: readonly { readonly file: string; readonly sha256: string }[];
  readonly state: string | null;
  readonly evidence: readonly { readonly file: string; readonly sha256: string }[];
  readonly templates: string;
}

/** A certificate the topology names, with its end. */
export interface CertificateEnd {
  readonly address: string;
  readonly subject: string;
  readonly thumbprint: string;
  readonly not_after: string;
}

/** Ordered changes, bound to what they were computed from. Written as `plan.schema.json` says. */
export interface Plan {
  readonly format_version: string;
  readonly kind: 'plan';
  readonly tool: string;
  /** The instant the plan was made for; not part of the checksum. */
  readonly clock: string;
  readonly name: string;
  readonly lineage: string | null;
  readonly serial: number;
  readonly digests: PlanDigests;
  /** False: a preview (state or keys missing, or an error found) that cannot be applied. */
  readonly complete: boolean;
  /** What a preview could not know: the recorded state, or keys that are not here. */
  readonly missing: readonly ('state' | 'keys')[];
  readonly summary: Readonly<
    Record<'ensure' | 'create' | 'update' | 'replace' | 'delete' | 'forget' | 'keep', number>
  >;
  readonly awaiting: readonly Awaiting[];
  readonly changes: readonly Change[];
  readonly trust: { readonly reading: Reading; readonly edges: readonly EdgeReading[] };
  /** Why it changes so much at once that it wants an approval of its own; empty for most. */
  readonly mass_change: readonly Reason[];
  readonly certificates: readonly CertificateEnd[];
  readonly artifacts: readonly PlannedArtifact[];
  readonly diagnostics: readonly Diagnostic[];
  /** SHA-256 over what the plan does; null for a preview. */
  readonly checksum: string | null;
}
