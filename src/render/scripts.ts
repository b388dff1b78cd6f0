import { byCodeUnit } from '../kernel/canonical.ts';
import { readAddress } from '../kernel/address.ts';
import type { Installation } from '../products/installation.ts';
import type { ScriptFacts } from '../products/product.ts';
import { removalPath, scriptFactsOf, scriptPath } from '../products/scripts.ts';
import type { Resource } from '../graph/resource.ts';
import type { StateEntry } from '../state/snapshot.ts';
import { artifactOf, type Artifact } from './artifact.ts';
import {
  declareHead,
  declareLive,
  declareRemoval,
  declareResource,
  declareRestart,
  type Declared,
  type Subject,
} from './declared.ts';
import { scriptBytes } from './escape.ts';
import { servingDeployments, type RenderInput } from './input.ts';
import type { Fill } from './template.ts';

const LIVE = '70-live-check';

/** Every script and its undo twin, and the check that changes nothing. */
export function renderScripts(input: RenderInput, fill: Fill): Artifact[] {
  const scripts = [
    ...input.graph.resources.flatMap(resource => resourceScripts(resource, input)),
    ...servingDeployments(input).flatMap(installation => standingScripts(installation, input)),
    ...input.removing.flatMap(entry => removalScripts(entry, input)),
  ];
  return scripts
    .map(({ subject, template, declared }) => {
      const text = fill(template, { declared: { ...declareHead(subject, input), ...declared } });
      const addresses = subject.resources.map(({ address }) => address);
      return artifactOf(subject.path, scriptBytes(text), addresses);
    })
    .sort((a, b) => byCodeUnit(a.path, b.path));
}

interface Script {
  readonly subject: Subject;
  readonly template: string;
  readonly declared: Declared;
}

function resourceScripts(resource: Resource, input: RenderInput): Script[] {
  const installation = input.installations.get(resource.deployment);
  const facts = installation && scriptFactsOf(installation.product, resource.kind, resource.name);
  if (!installation || !facts) return [];
  const { product } = installation;
  return FOLDERS.map(({ folder, ending }) => ({
    subject: {
      ...whose(installation),
      path: scriptPath(product, resource, folder) ?? '',
      resources: [resource],
    },
    template: `${product.family}/${templateName(facts)}${ending}`,
    declared: declareResource(resource, product, input),
  }));
}

const FOLDERS = [
  { folder: 'scripts', ending: '' },
  { folder: 'undo', ending: '-undo' },
] as const;

/** Scripts of a deployment as such: restarts on each server, and the live check. */
function standingScripts(installation: Installation, input: RenderInput): Script[] {
  const { product, deployment } = installation;
  const restarts = product.scripts.filter(script => script.for === 'restart');
  const accepts = input.graph.edges.some(edge => edge.acceptor === deployment.name);
  const about = { ...whose(installation), resources: [] };
  return [
    ...restarts.flatMap(facts =>
      FOLDERS.map(({ folder, ending }) => ({
        subject: { ...about, path: `${deployment.name}/${folder}/${facts.file}.ps1` },
        template: `${product.family}/${templateName(facts)}${ending}`,
        declared: { Restart: declareRestart(deployment.name, input) },
      })),
    ),
    ...(accepts
      ? [
          {
            subject: { ...about, path: `${deployment.name}/scripts/${LIVE}.ps1` },
            template: 'powershell/live-check',
            declared: { Live: declareLive(installation, input) },
          },
        ]
      : []),
  ];
}

function removalScripts(entry: StateEntry, input: RenderInput): Script[] {
  const product = input.catalog.products.get(entry.product);
  const facts = product && scriptFactsOf(product, entry.kind, readAddress(entry.address)?.name);
  if (!product || !facts) return [];
  const name = templateName(facts);
  return FOLDERS.map(({ folder, ending }) => ({
    subject: {
      product,
      deployment: entry.deployment,
      installation: input.installations.get(entry.deployment),
      path: removalPath(entry.address, folder),
      resources: [entry],
    },
    template: `${product.family}/${ending === '' ? `remove-${name}` : name + ending}`,
    declared: declareRemoval(entry),
  }));
}

function whose(installation: Installation): Omit<Subject, 'path' | 'resources'> {
  const { product, deployment } = installation;
  return { product, deployment: deployment.name, installation };
}

/** `40-partner-{name}` is made from the template `partner`. */
function templateName({ file }: ScriptFacts): string {
  return file.replace(/^\d+-/, '').replace('-{name}', '');
}
