import { readAddress } from '../kernel/address.ts';
import { byAddress } from '../kernel/canonical.ts';
import type { Installation } from '../products/installation.ts';
import { destroyRank } from '../graph/order.ts';
import type { Resource } from '../graph/resource.ts';
import { follower } from '../state/rename.ts';
import type { Snapshot, StateEntry } from '../state/snapshot.ts';
import { checksOf, type Check } from './checks.ts';
import type { RenderInput } from './input.ts';
import { stepsOf, type Serving, type Step, type StepInput } from './steps.ts';

/**
 * What the last apply made its steps of, as the state tells it and under the names of then. What no
 * state holds (on which servers a restart runs) is taken from the topology of today.
 */
export function appliedInput(input: RenderInput, snapshot: Snapshot): StepInput {
  const { catalog } = input;
  const standing = snapshot.resources.filter(one => one.standing !== 'removing');
  const products = new Map(standing.map(one => [one.deployment, one.product]));
  return {
    catalog,
    graph: {
      resources: inStepOrder(standing).map(resourceOf),
      edges: snapshot.edges.map(({ address }) => {
        const [, acceptor = '', issuer = ''] = address.split('/');
        return { acceptor, issuer };
      }),
    },
    removing: snapshot.resources.filter(one => one.standing === 'removing'),
    productOf: name => catalog.products.get(products.get(name) ?? ''),
    serving: servingThen(input, snapshot),
  };
}

/** A stage makes things of one kind, and the order of kinds is all that stages need of needs. */
function inStepOrder(entries: readonly StateEntry[]): StateEntry[] {
  return [...entries].sort((a, b) => destroyRank(b.kind) - destroyRank(a.kind) || byAddress(a, b));
}

function resourceOf(entry: StateEntry): Resource {
  const { address, kind, deployment, attributes, held } = entry;
  const name = readAddress(address)?.name;
  const about = { address, kind, deployment, attributes, held, needs: [] };
  return { ...about, at: [], unknown: [], ...(name !== undefined && { name }) };
}

/** Whoever got scripts, with what is known of it today; its product is the one of then. */
function servingThen(input: RenderInput, snapshot: Snapshot): Serving[] {
  const today = installationsThen(input, snapshot);
  const products = new Map(snapshot.resources.map(one => [one.deployment, one.product]));
  return deploymentsThen(snapshot).flatMap((name): Serving[] => {
    const installation = today.get(name);
    const recorded = input.catalog.products.get(products.get(name) ?? '');
    const product = recorded ?? installation?.product;
    if (!product) return [];
    const fits = installation?.product.family === product.family;
    return [{ name, product, ...(fits && { installation }) }];
  });
}

/** Deployments that have scripts, also where a removal was the last that is known of them. */
function deploymentsThen({ artifacts }: Snapshot): string[] {
  const scripts = Object.keys(artifacts).filter(path => path.includes('/scripts/'));
  return [...new Set(scripts.map(path => path.split('/')[0] ?? ''))].sort();
}

/** Recorded name of a deployment to its installation of today, which may be called otherwise. */
function installationsThen(
  { installations, topology }: Pick<RenderInput, 'installations' | 'topology'>,
  snapshot: Snapshot,
): Map<string, Installation> {
  const follow = follower(topology.moved);
  const signing = new Map([...installations.values()].map(one => [one.issuerName, one]));
  const issuers = new Map(
    snapshot.resources
      .filter(({ kind }) => kind === 'document')
      .map(one => [one.deployment, String(one.attributes['issuer'])]),
  );
  return new Map(
    deploymentsThen(snapshot).flatMap(name => {
      const found =
        installations.get(name) ??
        installations.get(follow(name)) ??
        // Who signs under the same name is the same, though nothing says that it was renamed.
        signing.get(issuers.get(name) ?? '');
      return found ? [[name, found] as const] : [];
    }),
  );
}

/** The steps of the last apply: those whose scripts it wrote. */
export function appliedSteps(input: StepInput, { artifacts }: Snapshot): Step[] {
  return stepsOf(input).filter(({ script }) => Object.hasOwn(artifacts, script));
}

/** The checks of today, each at the deployment as the last apply called it. */
export function appliedChecks(
  input: Pick<RenderInput, 'topology' | 'installations'>,
  snapshot: Snapshot,
): Check[] {
  const then = new Map(
    [...installationsThen(input, snapshot)].map(([name, one]) => [one.deployment.name, name]),
  );
  return checksOf(input).map(check => ({
    ...check,
    deployment: then.get(check.deployment) ?? check.deployment,
  }));
}

/** What is known today of a deployment, under the name that the last apply called it by. */
export function installationThen(
  side: string,
  input: Pick<RenderInput, 'topology' | 'installations'>,
  snapshot: Snapshot,
): Installation | undefined {
  const found = installationsThen(input, snapshot).get(side);
  return found && { ...found, deployment: { ...found.deployment, name: side } };
}
