import type { Json } from '../kernel/json.ts';
import type { Deployment, Topology } from '../topology/topology.ts';
import { evaluate, evaluateName, evaluateNames, type Follow } from './expression.ts';
import type { Catalog, Product, Scope } from './product.ts';

/** A deployment seen through its product: who it is in tokens and where it answers. */
export interface Installation {
  readonly deployment: Deployment;
  readonly product: Product;
  readonly principal: string;
  /** What follows `@`. */
  readonly realm: string;
  /** `<principal>@<realm>`. */
  readonly issuerName: string;
  readonly metadataHost: string;
  readonly metadataUrl: string;
  /** Every name under which it is called; the first is the one we prefer. */
  readonly hosts: readonly string[];
  /** Metadata hosts that survive the loss of a server. */
  readonly stableHosts: readonly string[];
  readonly servers: readonly string[];
  /** All domains of its realm, the default first. */
  readonly domains: readonly string[];
  /** What expressions of its product file look into. */
  readonly scope: Scope;
  readonly follow: Follow;
}

/**
 * Sees every deployment through its product. Deployments of an unknown product or in a realm
 * without the domains it needs are left out: rules report them.
 */
export function installations(topology: Topology, catalog: Catalog): Map<string, Installation> {
  const scopes = new Map<string, Scope>();
  const follow: Follow = name => scopes.get(name) ?? topology.deployments.get(name)?.settings;
  const found = new Map<string, Installation>();
  for (const deployment of topology.deployments.values()) {
    const product = catalog.products.get(deployment.product);
    const seen = product && install(deployment, product, { topology, follow });
    if (!seen) continue;
    scopes.set(deployment.name, seen.scope);
    found.set(deployment.name, seen);
  }
  return found;
}

function install(
  deployment: Deployment,
  product: Product,
  { topology, follow }: { topology: Topology; follow: Follow },
): Installation | undefined {
  const realmEntry = topology.realms.get(deployment.realm);
  const domains = realmEntry?.domains.get(product.realm.from);
  if (!realmEntry || !domains) return undefined;
  const names = { default: domains.default, additional: domains.additional };
  const derived = evaluateName(product.realm.default, { domains: names }, follow);
  const realm = realmEntry.pinned ?? derived;
  const own: Record<string, Json> = {
    ...deployment.settings,
    deployment: deployment.name,
    principal: product.principal,
    application: product.application,
    domains: names,
    realm,
    pinnedRealm: realmEntry.pinned ?? null,
  };
  const host = evaluateName(product.metadata.host, own, follow);
  own['metadata'] = { host, url: `https://${host}${product.metadata.path}` };
  return {
    deployment,
    product,
    principal: product.principal,
    realm,
    issuerName: `${product.principal}@${realm}`,
    metadataHost: host,
    metadataUrl: `https://${host}${product.metadata.path}`,
    hosts: evaluateNames(product.hosts, own, follow),
    stableHosts: evaluateNames(product.metadata.stable, own, follow),
    servers: evaluateNames(product.metadata.servers, own, follow),
    domains: [domains.default, ...domains.additional],
    scope: own,
    follow,
  };
}

/** Evaluates attributes of one of its objects, with what else takes part beside it. */
export function attributesOf(
  installation: Installation,
  expressions: Readonly<Record<string, Json>>,
  beside: Scope = {},
): Record<string, Json> {
  const scope = { ...installation.scope, ...beside };
  const attributes: Record<string, Json> = {};
  for (const key of Object.keys(expressions)) {
    attributes[key] = evaluate(expressions[key] ?? null, scope, installation.follow);
  }
  return attributes;
}
