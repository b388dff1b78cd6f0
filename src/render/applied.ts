import { readAddress } from '../kernel/address.ts';
import { byCodeUnit } from '../kernel/canonical.ts';
import { inApplyOrder } from '../graph/order.ts';
import type { Resource } from '../graph/resource.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import type { RenderInput } from './input.ts';
import { stepsOf, type Step, type StepInput } from './steps.ts';

/**
 * What the last apply made its steps of, as the state tells it. What no state holds (on which
 * servers a restart runs, what needs what) is taken from the topology of today.
 */
export function appliedInput(input: RenderInput, snapshot: Snapshot): StepInput {
  const { catalog, installations, graph } = input;
  const needs = new Map(graph.resources.map(one => [one.address, one.needs]));
  const standing = snapshot.resources.filter(one => one.standing !== 'removing');
  const products = new Map(standing.map(one => [one.deployment, one.product]));
  return {
    catalog,
    graph: {
      resources: inApplyOrder(standing.map(one => resourceOf(one, needs.get(one.address) ?? []))),
      edges: snapshot.edges.map(({ address }) => {
        const [, acceptor = '', issuer = ''] = address.split('/');
        return { acceptor, issuer };
      }),
    },
    removing: snapshot.resources.filter(one => one.standing === 'removing'),
    productOf: name => catalog.products.get(products.get(name) ?? ''),
    serving: [...installations.values()].sort((a, b) =>
      byCodeUnit(a.deployment.name, b.deployment.name),
    ),
  };
}

function resourceOf(entry: StateEntry, needs: Resource['needs']): Resource {
  const { address, kind, deployment, attributes, held } = entry;
  const name = readAddress(address)?.name;
  const about = { address, kind, deployment, attributes, held, needs };
  return { ...about, at: [], unknown: [], ...(name !== undefined && { name }) };
}

/** The steps of the last apply: those whose scripts it wrote. */
export function appliedSteps(input: StepInput, { artifacts }: Snapshot): Step[] {
  return stepsOf(input).filter(({ script }) => Object.hasOwn(artifacts, script));
}
