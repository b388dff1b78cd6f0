import { address } from '../kernel/address.ts';
import type { FeatureObject, Product } from '../products/product.ts';
import type { StateEntry } from '../state/snapshot.ts';
import type { RenderInput } from './input.ts';

/**
 * Objects that a script must remove. What left the topology under one address and is declared under
 * another is not among them: removing it would break what was just declared.
 */
export function removals(input: RenderInput): StateEntry[] {
  return input.removing.filter(entry => {
    const product = input.catalog.products.get(entry.product);
    return (
      product && !isSameObject(entry, product, input) && !isOtherSetting(entry, product, input)
    );
  });
}

/** A partner that is declared under another name: its natural key is that of a declared one. */
function isSameObject(entry: StateEntry, product: Product, { graph }: RenderInput): boolean {
  const key = product.objects[entry.kind]?.naturalKey ?? [];
  return (
    entry.kind === 'partner' &&
    graph.resources.some(
      ({ kind, deployment, attributes }) =>
        kind === entry.kind &&
        deployment === entry.deployment &&
        key.every(name => attributes[name] === entry.attributes[name]),
    )
  );
}

/** One setting of a feature where another setting of the same feature is declared: on after off. */
function isOtherSetting(entry: StateEntry, product: Product, { graph }: RenderInput): boolean {
  const declared = new Set<string>(graph.resources.map(resource => resource.address));
  return Object.entries(product.features).some(([feature, { on, off, object }]) => {
    const settings = [on, off, object].flatMap(one =>
      one ? addressOf(one, entry.deployment, feature) : [],
    );
    return settings.includes(entry.address) && settings.some(one => declared.has(one));
  });
}

function addressOf({ kind, name }: FeatureObject, deployment: string, feature: string): string {
  return address(kind, deployment, name ?? feature);
}
