import type { Resource } from '../graph/resource.ts';
import type { HazardFacts, Product } from '../products/product.ts';
import type { Action, Hazard } from './plan.ts';

/** What the product's data warns of for this change. */
export function hazardsOf(
  product: Product,
  resource: Resource,
  actions: readonly Action[],
): readonly Hazard[] {
  const facts = product.objects[resource.kind]?.hazards ?? [];
  return facts
    .filter(hazard => actions.some(action => hazard.on.includes(action)) && fits(hazard, resource))
    .map(({ code, severity, text }) => ({ code, severity, text }));
}

function fits({ when = {} }: HazardFacts, { attributes, name }: Resource): boolean {
  return Object.entries(when).every(([key, value]) => {
    const seen = (key === 'name' ? name : attributes[key]) ?? null;
    return value === '*' ? seen !== null : seen === value;
  });
}
