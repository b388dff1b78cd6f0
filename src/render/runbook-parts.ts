import { TEMPLATES } from '../generated/templates.ts';
import { byCodeUnit } from '../kernel/canonical.ts';
import { evaluateNames } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { Product, ShellFacts } from '../products/product.ts';
import type { Resource } from '../graph/resource.ts';
import { block, code, prose, table } from './markdown.ts';
import type { Step } from './steps.ts';

/** A passage that is the same in every runbook. */
export function passage(name: string): string[] {
  return [...(TEMPLATES[`runbook/${name}.liquid`] ?? '').split('\n')];
}

/** Features that begin by themselves deserve a word before anybody begins. */
export function gateWarnings(
  resources: readonly Pick<Resource, 'kind' | 'deployment' | 'address'>[],
  productOf: (deployment: string) => Product | undefined,
): string[] {
  const gates = resources.filter(resource => resource.kind === 'settings');
  return gates.flatMap(({ deployment, address }) => {
    const features = Object.values(productOf(deployment)?.features ?? {});
    const starting = features.filter(one => one.startsByItself);
    return starting.map(
      ({ title }) =>
        `**Before any partner:** ${prose(title)} of ${code(deployment)} starts by itself ` +
        'as soon as both sides trust each other, and what it moved only a rollback brings back. ' +
        `${code(address)} is the gate: do not skip its step.\n`,
    );
  });
}

/** One step as a person follows it. `told` are further lines below where and as whom. */
export function stepLines(
  step: Step,
  number: number,
  steps: readonly Step[],
  told: readonly string[] = [],
): string[] {
  const { shell } = step.product;
  const where =
    step.servers.length > 0
      ? `each of these, one at a time: ${step.servers.map(code).join(', ')}`
      : prose(shell.where);
  return [
    `### ${number}. ${prose(step.deployment)}: ${prose(step.title)}`,
    '',
    prose(step.text),
    '',
    ...whereabouts(where, shell),
    ...bringing(step),
    ...told,
    ...block(commands(step)),
    ...(step.undo ? [`To take it back: ${code(`.\\${windows(step.undo)}`)}`, ''] : []),
    ...waits(step, number, steps),
  ];
}

/** On which server, in which shell, and as whom. */
export function whereabouts(
  where: string,
  { name, roles }: Pick<ShellFacts, 'name' | 'roles'>,
): string[] {
  return [
    `- On: ${where}`,
    `- Shell: ${prose(name)}, as administrator`,
    `- Role: ${roles.map(prose).join(' or ')}`,
  ];
}

function commands({ script, parameters, pfx, undo }: Step): string[] {
  const line = `.\\${windows(script)}${parameters}`;
  const password = "$password = Read-Host -AsSecureString -Prompt 'Password of the PFX'";
  return [...(pfx ? [password] : []), ...(undo ? [`${line} -WhatIf`] : []), line];
}

function bringing({ pfx, exported }: Step): string[] {
  if (!pfx) return [];
  const line = `concordat keys export --address ${pfx} --pfx issuer.pfx --password-file FILE`;
  const from = exported ? `Made on the jump host by: ${code(line)}.` : 'From your authority.';
  return [`- Bring: \`issuer.pfx\`. ${from} Delete it when the step is done; the script does not.`];
}

/** What must be waited for after the last step of its stage on that side. */
function waits(step: Step, number: number, steps: readonly Step[]): string[] {
  const last = !steps
    .slice(number)
    .some(later => later.deployment === step.deployment && later.stage === step.stage);
  if (!last) return [];
  return step.product.waits
    .filter(wait => wait.after.includes(step.stage))
    .flatMap(wait => [
      `**Wait.** ${prose(wait.text)}`,
      ...block([wait.command]),
      `Go on when ${prose(wait.expect)}.`,
      '',
    ]);
}

/** A path below the artifacts as it is typed on a server. */
export function windows(path: string): string {
  return path.replaceAll('/', '\\');
}

/** What to look at where tokens are refused, and where each deployment is asked. */
export function refusedCalls(installations: readonly Installation[]): string[] {
  const hosts = installations.flatMap(({ deployment, product, scope, follow }) =>
    evaluateNames(product.live.url, scope, follow).map(url => [
      code(deployment.name),
      code(url),
      prose(product.live.grade),
    ]),
  );
  if (hosts.length === 0) return [];
  return [...passage('refused'), ...table(['deployment', 'asked at', 'grade'], hosts)];
}

/** What each file must be, to compare before it is run. */
export function digests(
  files: readonly { readonly path: string; readonly sha256: string }[],
): string[] {
  const rows = [...files]
    .sort((a, b) => byCodeUnit(a.path, b.path))
    .map(({ path, sha256 }) => [code(windows(path)), code(sha256)]);
  return ['## Digests', ...table(['file', 'SHA-256'], rows)];
}

/** Lines as one text, without holes where parts of it are empty. */
export function whole(lines: readonly string[]): string {
  return (
    lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trimEnd() + '\n'
  );
}
