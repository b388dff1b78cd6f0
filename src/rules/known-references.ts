import type { JsonObject, Path } from '../kernel/json.ts';
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
    const address = `deployment/${one.name}`;
    realm(one.realm, { at: [...one.at, 'realm'], address });
    if (one.forest !== undefined) forest(one.forest, { at: [...one.at, 'forest'], address });
  }
  for (const one of topology.forests.values()) {
    one.trusts.forEach((name, index) =>
      forest(name, { at: [...one.at, 'trusts', index], address: `forest/${one.name}` }),
    );
  }
  for (const { name, at, address } of namedDeployments(topology)) deployment(name, { at, address });
  for (const found of pointers(subject)) deployment(found.name, found);
};

interface Spot {
  readonly at: Path;
  readonly address: string;
}

function checker(
  code: 'realm/unknown' | 'deployment/forest-unknown' | 'deployment/unknown',
  known: ReadonlyMap<string, unknown>,
  report: Report,
): (name: string, spot: Spot) => void {
  const guess = createGuess(known.keys());
  const noun = code === 'deployment/forest-unknown' ? 'forest' : code.split('/')[0];
  return (name, { at, address }) => {
    if (known.has(name)) return;
    report.add(code, {
      detail: `there is no ${noun} "${name}"`,
      help: guess(name),
      at,
      address,
    });
  };
}

function namedDeployments({ partners, scenarios }: Topology): (Spot & { name: string })[] {
  const ofPartners = partners.flatMap(({ at, acceptor, issuer, mutual }, index) => {
    const address = `edge/${acceptor}/${issuer}`;
    // Both directions of a mutual entry name the same two deployments: one of them speaks.
    if (mutual && partners[index - 1]?.at === at) return [];
    const [left, right] = mutual
      ? [
          ['mutual', 0],
          ['mutual', 1],
        ]
      : [['acceptor'], ['issuer']];
    return [
      { name: acceptor, at: [...at, ...(left ?? [])], address },
      { name: issuer, at: [...at, ...(right ?? [])], address },
    ];
  });
  const ofScenarios = scenarios.flatMap(({ at, between }) =>
    between.map((name, index) => ({
      name,
      at: [...at, 'between', index],
      address: `scenario/${between.join('/')}`,
    })),
  );
  return [...ofPartners, ...ofScenarios];
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
      const name = lookUp(path, deployment.settings as JsonObject);
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
