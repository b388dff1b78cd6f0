import type { Kind } from '../kernel/address.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { HazardFacts, Product } from '../products/product.ts';
import type { Action, Hazard } from './plan.ts';

/** What of a resource decides which dangers it is in. */
export interface Endangered {
  readonly kind: Kind;
  readonly attributes: JsonObject;
  readonly name?: string | undefined;
}

/** What the product's data warns of for this change. */
export function hazardsOf(
  product: Product,
  resource: Endangered,
  actions: readonly Action[],
): readonly Hazard[] {
  const facts = product.objects[resource.kind]?.hazards ?? [];
  const raised: readonly string[] = actions.length > 1 ? ['replace'] : actions;
  return facts
    .filter(hazard => raised.some(one => hazard.on.includes(one)) && fits(hazard, resource))
    .map(({ code, severity, text }) => ({ code, severity, text }));
}

function fits({ when = {} }: HazardFacts, { attributes, name }: Endangered): boolean {
  return Object.entries(when).every(([key, value]) => {
    const seen = (key === 'name' ? name : attributes[key]) ?? null;
    return value === '*' ? seen !== null : seen === value;
  });
}
