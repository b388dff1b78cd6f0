import { byCodeUnit, digest } from '../kernel/canonical.ts';
import { isObject, type Json, type JsonObject } from '../kernel/json.ts';
import type { Kind } from '../kernel/address.ts';
import { evaluateName } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { Product } from '../products/product.ts';
import type { Resource } from '../graph/resource.ts';
import type { StateEntry } from '../state/snapshot.ts';
import type { Literal, LiteralTable } from './escape.ts';
import type { RenderInput } from './input.ts';

/** What a script declares: the values of its literal block, each under one vocabulary. */
export type Declared = Readonly<Record<string, Literal>>;

/** The block in which attributes of a kind stand. */
const BLOCKS: Readonly<Partial<Record<Kind, string>>> = {
  certificate: 'Certificate',
  'oauth-settings': 'Settings',
  partner: 'Partner',
  settings: 'Policy',
  feature: 'Feature',
};

/** Which script of which deployment is declared, and for what. */
export interface Subject {
  /** Below the artifact folder. */
  readonly path: string;
  readonly product: Product;
  readonly deployment: string;
  /** Missing where the deployment itself left the topology. */
  readonly installation: Installation | undefined;
  readonly resources: readonly Pick<Resource, 'address' | 'attributes'>[];
}

/** What every script declares, in the order in which it is written. */
export function declareHead(subject: Subject, input: RenderInput): Declared {
  const { product, installation } = subject;
  return {
    Format: 1,
    Script: subject.path,
    Topology: input.topology.name,
    Deployment: subject.deployment,
    Product: product.id,
    Builds: product.builds,
    Resources: subject.resources.map(({ address, attributes }) => ({
      Address: address,
      Digest: digest(attributes),
    })),
    Self: {
      Principal: product.principal,
      Realm: installation?.realm ?? null,
      Domain: installation?.domains[0] ?? null,
      Hosts: installation?.hosts ?? [],
      Servers: installation?.servers ?? [],
      MetadataUrl: installation?.metadataUrl ?? null,
    },
  };
}

/** The block of one resource: its attributes in our words, and what else its script must know. */
export function declareResource(
  resource: Resource,
  product: Product,
  input: RenderInput,
): Declared {
  const block = BLOCKS[resource.kind];
  if (block === undefined) return {};
  const attributes = pascal(resource.attributes);
  if (resource.kind === 'certificate') return { [block]: certificateBlock(attributes, product) };
  if (resource.kind !== 'partner') return { [block]: attributes };
  return { [block]: { Deployment: resource.name ?? '', ...attributes, ...known(resource, input) } };
}

/** The block of an object that must go. */
export function declareRemoval({ attributes }: StateEntry): Declared {
  return { Removed: pascal(attributes) };
}

/** What servers must have learned: where it changes, they restart once more. */
export function declareRestart(deployment: string, { graph, removing }: RenderInput): LiteralTable {
  const partners = graph.resources
    .filter(one => one.deployment === deployment && one.kind === 'partner')
    .map(({ address, attributes }) => ({ address, digest: digest(attributes) }));
  const gone = removing.filter(one => one.deployment === deployment).map(({ address }) => address);
  return { After: digest({ partners, gone }) };
}

/** Whom a deployment must name when it is asked, and what it publishes itself. */
export function declareLive(
  { deployment, product, scope, follow }: Installation,
  input: RenderInput,
): LiteralTable {
  const issuers = input.graph.edges
    .filter(edge => edge.acceptor === deployment.name && edge.enabled)
    .map(edge => edge.issuerName);
  return {
    Url: evaluateName(product.live.url, scope, follow),
    Grade: product.live.grade,
    Issuers: issuers,
    Thumbprints: thumbprintsOf(deployment.name, input),
  };
}

function certificateBlock(attributes: LiteralTable, product: Product): LiteralTable {
  return { ...attributes, FriendlyName: product.certificate.friendlyName };
}

/** What the acceptor expects to see of the issuer: keys, and the certificate where it is given. */
function known(resource: Resource, input: RenderInput): LiteralTable {
  const thumbprint = resource.attributes['certificate'] ?? null;
  const given = input.certificates.find(
    one => one.use === 'partner' && one.info && one.info.thumbprint === thumbprint,
  );
  return {
    Thumbprints: thumbprint === null ? thumbprintsOf(resource.name ?? '', input) : [thumbprint],
    CertificateData: given?.info ? Buffer.from(given.info.der).toString('base64') : null,
  };
}

function thumbprintsOf(deployment: string, { graph }: RenderInput): readonly string[] {
  const document = graph.resources.find(
    resource => resource.kind === 'document' && resource.deployment === deployment,
  );
  const thumbprints = document?.attributes['thumbprints'];
  return Array.isArray(thumbprints) ? thumbprints.filter(one => typeof one === 'string') : [];
}

/** Our attribute names as members; a map keyed by the user's names becomes a list of tables. */
function pascal(attributes: JsonObject): LiteralTable {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [memberName(key), literal(value)]),
  );
}

function memberName(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function literal(value: Json): Literal {
  if (Array.isArray(value)) return value.map(literal);
  if (!isObject(value)) return value;
  return Object.keys(value)
    .sort()
    .map(name => {
      const inner = value[name] ?? null;
      return {
        Name: name,
        ...(isObject(inner) ? pascal(ordered(inner)) : { Value: literal(inner) }),
      };
    });
}

/** What a person wrote in some order, in ours: no byte of a script may depend on theirs. */
function ordered(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b)));
}
