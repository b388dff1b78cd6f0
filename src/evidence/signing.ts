import type { JsonObject } from '../kernel/json.ts';
import { evaluate } from '../products/expression.ts';
import type { SeenFacts } from '../products/product.ts';
import type { Evidence } from './evidence.ts';
import { certificatesIn } from './sight-certificate.ts';

/** Who signed on a server when it was read. */
export interface SeenSigning {
  /** In capitals; empty where none signs. */
  readonly thumbprint: string;
  /** The one that will sign, where one is staged. */
  readonly staged?: { readonly thumbprint: string; readonly from: string | undefined };
  /** When that was read. */
  readonly at: number;
  /** Thumbprint to the instants from which it signs: `NaN` where the server does not say. */
  readonly from: readonly (readonly [thumbprint: string, instant: number])[];
  /** When somebody last changed any of it. */
  readonly changed: readonly number[];
}

/** Who signs on a server; nothing where that could not be read. */
export function signingOn(
  evidence: Evidence,
  facts: SeenFacts | undefined,
): SeenSigning | undefined {
  const objects = evidence.objects.get(facts?.command ?? '');
  if (!facts?.slots || !objects) return undefined;
  const slots = objects.flatMap(object => facts.slots?.map(slot => valuesOf(slot, object)) ?? []);
  const { signing = '', staged } = certificatesIn(facts, evidence) ?? {};
  return {
    thumbprint: signing,
    ...(staged && { staged }),
    at: Date.parse(evidence.collectedAt),
    from: slots.map(one => [one('thumbprint').toUpperCase(), Date.parse(one('from'))]),
    changed: slots.map(one => Date.parse(one('changed'))),
  };
}

type Slot = NonNullable<SeenFacts['slots']>[number];

function valuesOf(slot: Slot, object: JsonObject): (name: string) => string {
  return name => {
    const value = evaluate(slot[name] ?? null, object);
    return typeof value === 'string' ? value : '';
  };
}

/**
 * What two servers of one deployment say of who signs, where they contradict each other. They do
 * not where the one that was read later signs with what was to take over meanwhile, or with what
 * somebody brought since the other one was read: then that one says nothing of today.
 */
export function disagreement(
  older: SeenSigning,
  newer: SeenSigning,
): { readonly older: string; readonly newer: string } | undefined {
  const { thumbprint } = newer;
  if (older.thumbprint === thumbprint) return undefined;
  const isBetween = (instant: number): boolean => instant > older.at && instant <= newer.at;
  const tookOver = [...older.from, ...newer.from].some(
    ([which, instant]) => which === thumbprint && isBetween(instant),
  );
  if (tookOver || newer.changed.some(isBetween)) return undefined;
  return { older: older.thumbprint, newer: thumbprint };
}
