import { byAddress } from '../kernel/canonical.ts';
import type { Resource } from './resource.ts';

/**
 * Dependencies first; among those that are ready, the smallest address. The order does not depend
 * on the order in which anything was declared.
 */
export function inApplyOrder(resources: readonly Resource[]): Resource[] {
  const pending = new Map<string, number>(resources.map(({ address }) => [address, 0]));
  const dependants = new Map<string, Resource[]>();
  for (const resource of resources) {
    for (const need of resource.needs) {
      if (!pending.has(need)) continue;
      pending.set(resource.address, (pending.get(resource.address) ?? 0) + 1);
      append(dependants, need, resource);
    }
  }
  return drain(
    resources.filter(({ address }) => pending.get(address) === 0),
    pending,
    dependants,
  );
}

/** Takes whole generations: everything whose needs are met, sorted, then what that sets free. */
function drain(
  first: readonly Resource[],
  pending: Map<string, number>,
  dependants: ReadonlyMap<string, readonly Resource[]>,
): Resource[] {
  const ordered: Resource[] = [];
  for (let ready = [...first]; ready.length > 0;) {
    ready.sort(byAddress);
    for (const resource of ready) ordered.push(resource);
    ready = ready.flatMap(({ address }) =>
      (dependants.get(address) ?? []).filter(dependant => {
        const left = (pending.get(dependant.address) ?? 0) - 1;
        pending.set(dependant.address, left);
        return left === 0;
      }),
    );
  }
  return ordered;
}

function append(map: Map<string, Resource[]>, key: string, resource: Resource): void {
  const list = map.get(key);
  if (list) list.push(resource);
  else map.set(key, [resource]);
}
