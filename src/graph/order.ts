import type { Kind } from '../kernel/address.ts';
import { byAddress } from '../kernel/canonical.ts';
import type { Resource } from './resource.ts';

/**
 * Dependencies first, generation by generation: what needs nothing, then what needs only that, each
 * by its address. The order does not depend on the order in which anything was declared.
 */
export function inApplyOrder(resources: readonly Resource[]): Resource[] {
  const known = new Map(resources.map(one => [one.address, one]));
  const generations: Resource[][] = [];
  const placed = new Map<Resource, number>();
  const generationOf = (resource: Resource): number => {
    const before = placed.get(resource);
    if (before !== undefined) return before;
    let generation = 0;
    for (const need of resource.needs) {
      const needed = known.get(need);
      if (needed) generation = Math.max(generation, generationOf(needed) + 1);
    }
    placed.set(resource, generation);
    return generation;
  };
  for (const resource of resources) (generations[generationOf(resource)] ??= []).push(resource);
  return generations.flatMap(generation => generation.sort(byAddress));
}

/** What uses a trust goes before the trust, and that before what it stands on (domain 6.5). */
const LAST_FIRST: readonly Kind[] = [
  'feature',
  'connector',
  'permission',
  'partner',
  'authorization-server',
  'settings',
  'tenant-credential',
  'oauth-settings',
  'document',
  'certificate',
];

/** In which order things go: the reverse of how they were made. */
export function inDestroyOrder<Thing extends { readonly address: string; readonly kind: Kind }>(
  things: readonly Thing[],
): Thing[] {
  return [...things].sort((a, b) => destroyRank(a.kind) - destroyRank(b.kind) || byAddress(a, b));
}

/** Place of a kind in that order, from 0. */
export function destroyRank(kind: Kind): number {
  return LAST_FIRST.indexOf(kind);
}
