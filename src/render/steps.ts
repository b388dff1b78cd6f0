import { readAddress, type Address } from '../kernel/address.ts';
import type { JsonObject } from '../kernel/json.ts';
import { evaluateNames } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { Product, ScriptFacts } from '../products/product.ts';
import { removalPath, scriptFactsOf, scriptPath } from '../products/scripts.ts';
import { destroyRank, inDestroyOrder } from '../graph/order.ts';
import type { Resource } from '../graph/resource.ts';
import type { TrustEdge } from '../graph/trust-edge.ts';
import type { StateEntry } from '../state/snapshot.ts';
import { servingDeployments, type RenderInput } from './input.ts';

/** One thing that a person does on one server. */
export interface Step {
  readonly stage: number;
  /** Steps come in the order of their turns; those of one turn do not wait for one another. */
  readonly turn: number;
  readonly does: 'make' | 'remove' | 'restart' | 'check';
  readonly deployment: string;
  readonly product: Product;
  /** What it makes or removes; a step of a whole deployment has none. */
  readonly address?: Address;
  readonly title: string;
  /** Why, and what to expect. */
  readonly text: string;
  /** The script below the artifacts. */
  readonly script: string;
  readonly undo?: string;
  /** Run on each of these, one after the other; empty: once, where the product says. */
  readonly servers: readonly string[];
  /** What the command line carries beside the script. */
  readonly parameters: string;
  /** The certificate whose private half must be brought along. */
  readonly pfx?: string;
  /** Its key is in our store; otherwise the authority that made it has it. */
  readonly exported?: boolean;
}

/** What decides on the steps. */
export interface StepInput extends Pick<RenderInput, 'catalog' | 'removing'> {
  readonly graph: {
    readonly resources: readonly Resource[];
    readonly edges: readonly Pick<TrustEdge, 'acceptor' | 'issuer'>[];
  };
  /** The product of a deployment that has resources. */
  productOf(deployment: string): Product | undefined;
  /** Deployments whose servers must notice a change, by name. */
  readonly serving: readonly Serving[];
}

/** A deployment whose servers must notice a change. */
export interface Serving {
  readonly name: string;
  readonly product: Product;
  /** Knows the servers; none where no topology tells of them any more. */
  readonly installation?: Installation | undefined;
}

// Removals stand between the partners and the restarts that make servers forget them.
const REMOVAL = 45;
const LIVE = 70;

/** The steps of what is declared. */
export function declaredSteps(input: RenderInput): Step[] {
  const { catalog, removing, graph, installations } = input;
  const productOf = (name: string): Product | undefined => installations.get(name)?.product;
  const serving = servingDeployments(input).map(installation => {
    const { deployment, product } = installation;
    return { name: deployment.name, product, installation };
  });
  return stepsOf({ catalog, removing, graph, productOf, serving });
}

/** All steps in the order of their stages, every side at the same stage before the next. */
export function stepsOf(input: StepInput): Step[] {
  const steps = [
    ...input.graph.resources.flatMap(resource => resourceStep(resource, input) ?? []),
    ...removalSteps(input),
    ...input.serving.flatMap(one => standingSteps(one, input)),
  ];
  // Sorting is stable: within a turn resources keep their own order.
  return steps.sort((a, b) => a.turn - b.turn);
}

function resourceStep(resource: Resource, { productOf }: StepInput): Step | undefined {
  const product = productOf(resource.deployment);
  const script = product && scriptPath(product, resource);
  const undo = product && scriptPath(product, resource, 'undo');
  if (!product || !script || !undo) return undefined;
  const { source } = resource.attributes;
  const brought = source === 'import' || source === 'generate';
  const note = scriptFactsOf(product, resource.kind, resource.name)?.note;
  const { title, text } = wording(resource, product);
  return {
    stage: stageOf(script),
    turn: stageOf(script),
    does: 'make',
    deployment: resource.deployment,
    product,
    address: resource.address,
    title,
    text: note === undefined ? text : `${text} ${note}`,
    script,
    undo,
    servers: [],
    parameters: brought ? ' -Pfx .\\issuer.pfx -PfxPassword $password' : '',
    ...(brought && { pfx: resource.address, exported: source === 'generate' }),
  };
}

function wording(
  { kind, name = '', attributes }: Resource,
  product: Product,
): Pick<Step, 'title' | 'text'> {
  const object = product.objects[kind]?.object ?? kind;
  const feature = product.features[name]?.title ?? name;
  switch (kind) {
    case 'certificate':
      return { title: object, text: certificateText(attributes) };
    case 'oauth-settings':
      return { title: object, text: 'Who this deployment is in the tokens it signs.' };
    case 'partner':
      return {
        title: `${object} for ${name}`,
        text: `From here on it accepts tokens that ${name} signs.`,
      };
    case 'settings':
      return {
        title: `gate: ${name}`,
        text: 'Must stand before any partner does: what it holds back starts by itself otherwise.',
      };
    default:
      return { title: feature, text: 'Only now does the feature use the trust.' };
  }
}

const MAKING: Readonly<Record<string, string>> = {
  host: 'Where none signs, or an ended one, the server makes one.',
  request:
    'Where the topology names none yet, it writes a request for your authority, or sends it with ' +
    '-CA. Install what comes back on this server, name its public half in the topology, apply, ' +
    'and do this step again.',
};

function certificateText({ source, effective }: JsonObject): string {
  const what = effective
    ? 'Stages the next certificate. The one in use keeps signing until the effective date.'
    : 'Checks the certificate that signs. One that is in use is never replaced in one blow.';
  return [what, ...(MAKING[String(source)] ? [MAKING[String(source)]] : [])].join(' ');
}

function removalSteps(input: StepInput): Step[] {
  return inDestroyOrder(input.removing).flatMap((entry): Step[] => {
    const product = input.catalog.products.get(entry.product);
    if (!product) return [];
    return [
      {
        stage: REMOVAL,
        turn: REMOVAL + destroyRank(entry.kind) / 10,
        does: 'remove',
        deployment: entry.deployment,
        product,
        address: entry.address,
        title: removalTitle(entry, product),
        text: `${entry.address} left the topology and is still on the server.`,
        script: removalPath(entry.address),
        undo: removalPath(entry.address, 'undo'),
        servers: [],
        parameters: '',
      },
    ];
  });
}

function removalTitle({ address, kind }: StateEntry, product: Product): string {
  const name = readAddress(address)?.name ?? '';
  if (kind === 'settings') return `open the gate: ${name}`;
  if (kind === 'feature') return `switch off: ${product.features[name]?.title ?? name}`;
  return `remove ${product.objects[kind]?.object ?? kind} for ${name}`;
}

function standingSteps({ name, product, installation }: Serving, input: StepInput): Step[] {
  const about = { deployment: name, product, parameters: '' };
  const restarts = product.scripts
    .filter(facts => facts.for === 'restart')
    .flatMap(facts =>
      [...earlyStage(facts, name, input), stageOf(facts.file)].map(stage => ({
        facts,
        stage,
      })),
    )
    .map(({ facts, stage }) => ({
      ...about,
      stage,
      turn: stage,
      does: 'restart' as const,
      title: 'restart, server by server',
      text:
        'Take one server out of the load balancer, run this, wait until it serves again, ' +
        'then the next; site by site.',
      script: `${name}/scripts/${facts.file}.ps1`,
      undo: `${name}/undo/${facts.file}.ps1`,
      servers: serversOf(facts, installation),
    }));
  if (!input.graph.edges.some(edge => edge.acceptor === name)) return restarts;
  const live = {
    ...about,
    stage: LIVE,
    turn: LIVE,
    does: 'check' as const,
    title: 'live check',
    text: 'Asks the deployment whom it trusts, without any secret. It changes nothing.',
    script: `${name}/scripts/70-live-check.ps1`,
    servers: [],
  };
  return [...restarts, live];
}

function serversOf({ perServer = [] }: ScriptFacts, installation?: Installation): string[] {
  return installation ? evaluateNames(perServer, installation.scope, installation.follow) : [];
}

/** Where the issuer changes at once, its services learn it before partners read its document. */
function earlyStage({ early }: ScriptFacts, deployment: string, { graph }: StepInput): number[] {
  const changes = graph.resources.some(
    ({ kind, deployment: own, attributes }) =>
      own === deployment &&
      ((kind === 'certificate' &&
        attributes['source'] !== 'existing' &&
        !attributes['effective']) ||
        (kind === 'oauth-settings' && Boolean(attributes['realm']))),
  );
  return changes && early !== undefined ? [early] : [];
}

/** The number that a script's name begins with. */
function stageOf(path: string): number {
  return Number(/(\d+)-[^/]*$/.exec(path)?.[1] ?? 0);
}
