import type { Path } from '../kernel/json.ts';
import type { Report } from '../kernel/report.ts';
import { lookUp } from '../products/expression.ts';
import type { Product } from '../products/product.ts';
import type { Deployment, Topology } from '../topology/topology.ts';
import type { Rule, Subject } from './rule.ts';
import { createGuess } from './wording.ts';

/**
 * Every name leads somewhere.
 *
 * A reference is the name of a realm, a forest or a deployment; a slip of the pen would silently
 * leave a trust out.
 */
export const knownReferences: Rule = (subject, report) => {
  const { topology } = subject;
  const realm = checker('realm/unknown', topology.realms, report);
  const forest = checker('deployment/forest-unknown', topology.forests, report);
  const deployment = checker('deployment/unknown', topology.deployments, report);

  for (const one of topology.deployments.values()) {
    const spot = (key: string) => () => ({
      at: [...one.at, key],
      address: `deployment/${one.name}`,
    });
    realm(one.realm, spot('realm'));
    if (one.forest !== undefined) forest(one.forest, spot('forest'));
  }
  for (const one of topology.forests.values()) {
    one.trusts.forEach((name, index) =>
      forest(name, () => ({ at: [...one.at, 'trusts', index], address: `forest/${one.name}` })),
    );
  }
  checkPartners(topology, deployment);
  for (const { at, between } of topology.scenarios) {
    const address = `scenario/${between.join('/')}`;
    between.forEach((name, index) =>
      deployment(name, () => ({ at: [...at, 'between', index], address })),
    );
  }
  for (const pointer of pointers(subject)) deployment(pointer.name, () => pointer);
};

interface Spot {
  readonly at: Path;
  readonly address: string;
}

/** Reports a name that leads nowhere; where it stands is only worked out then. */
type Check = (name: string, spot: () => Spot) => void;

function checker(
  code: 'realm/unknown' | 'deployment/forest-unknown' | 'deployment/unknown',
  known: ReadonlyMap<string, unknown>,
  report: Report,
): Check {
  const guess = createGuess(known.keys());
  const noun = code === 'deployment/forest-unknown' ? 'forest' : code.split('/')[0];
  return (name, spot) => {
    if (known.has(name)) return;
    const { at, address } = spot();
    const detail = `there is no ${noun} "${name}"`;
    report.add(code, { detail, help: guess(name), at, address });
  };
}

function checkPartners({ partners }: Topology, check: Check): void {
  for (const [index, partner] of partners.entries()) {
    const { at, acceptor, issuer, mutual } = partner;
    // Both directions of a mutual entry name the same two deployments: one of them speaks.
    if (mutual && partners[index - 1]?.at === at) continue;
    const spot = (key: string, side: number) => () => ({
      at: mutual ? [...at, 'mutual', side] : [...at, key],
      address: `edge/${acceptor}/${issuer}`,
    });
    check(acceptor, spot('acceptor', 0));
    check(issuer, spot('issuer', 1));
  }
}

/** Settings that name a deployment: what stands before `->` in a product's expressions. */
export interface Pointer extends Spot {
  readonly deployment: Deployment;
  readonly name: string;
  /** What is looked up in the deployment that is named. */
  readonly wanted: string;
}

const ARROW = /\{([^{}]*?)->([^{}]*?)\??\}/g;

/** Every setting of the topology that names another deployment. */
export function pointers({ topology, catalog }: Subject): Pointer[] {
  const arrows = new Map<string, { path: string; wanted: string }[]>();
  for (const product of catalog.products.values()) arrows.set(product.id, arrowsOf(product));
  return [...topology.deployments.values()].flatMap(deployment =>
    (arrows.get(deployment.product) ?? []).flatMap(({ path, wanted }) => {
      const name = lookUp(path, deployment.settings);
      const at = [...deployment.at, ...path.split('.')];
      const address = `deployment/${deployment.name}`;
      return typeof name === 'string' ? [{ deployment, name, wanted, at, address }] : [];
    }),
  );
}

function arrowsOf(product: Product): { path: string; wanted: string }[] {
  const found = new Map<string, { path: string; wanted: string }>();
  for (const [whole, path = '', wanted = ''] of JSON.stringify(product).matchAll(ARROW)) {
    found.set(whole, { path, wanted });
  }
  return [...found.values()];
}
