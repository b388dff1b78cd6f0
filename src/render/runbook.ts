import { TEMPLATES } from '../generated/templates.ts';
import { byCodeUnit } from '../kernel/canonical.ts';
import { evaluateName, evaluateNames, lookUp } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { CheckFacts, Scope, ShellFacts } from '../products/product.ts';
import type { Resource } from '../graph/resource.ts';
import type { Scenario } from '../topology/topology.ts';
import { artifactOf, type Artifact } from './artifact.ts';
import { psString } from './escape.ts';
import { deploymentsOf, type RenderInput } from './input.ts';
import { block, code, prose, table } from './markdown.ts';
import { stepsOf, type Step } from './steps.ts';

/** What a person follows: every step on every side, in order, with nothing but a shell at hand. */
export function renderRunbook(input: RenderInput, files: readonly Artifact[]): Artifact {
  const steps = stepsOf(input);
  const lines = [
    ...opening(input, steps),
    ...passage('before'),
    ...steps.flatMap((step, index) => stepLines(step, index + 1, steps)),
    ...checks(input),
    ...receipts(input),
    ...laterSittings(input, steps),
    ...refusedCalls(input),
    ...digests(files),
  ];
  const text =
    lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trimEnd() + '\n';
  return artifactOf('RUNBOOK.md', new TextEncoder().encode(text));
}

function opening(input: RenderInput, steps: readonly Step[]): string[] {
  return [
    `# Runbook: ${prose(input.topology.name)}`,
    '',
    'Written by Concordat. When all steps are done:',
    '',
    ...input.graph.edges.map(
      edge =>
        `- ${code(edge.acceptor)} accepts tokens of ${code(edge.issuer)}, ` +
        `which signs as ${code(edge.issuerName)}.`,
    ),
    ...input.removing.map(entry => `- ${code(entry.address)} is taken back.`),
    '',
    ...contentsWarning(input),
    ...table(
      ['step', 'deployment', 'what', 'script'],
      steps.map((step, index) => [
        String(index + 1),
        code(step.deployment),
        prose(step.title),
        code(windows(step.script)),
      ]),
    ),
  ];
}

/** Features that begin by themselves deserve a word before anybody begins. */
function contentsWarning({ graph, installations }: RenderInput): string[] {
  const gated = graph.resources.filter(resource => resource.kind === 'settings');
  return gated.flatMap(({ deployment, address }) => {
    const product = installations.get(deployment)?.product;
    const features = Object.values(product?.features ?? {}).filter(one => one.startsByItself);
    return features.map(
      feature =>
        `**Before any partner:** ${prose(feature.title)} of ${code(deployment)} starts by itself ` +
        'as soon as both sides trust each other, and what it moved only a rollback brings back. ' +
        `${code(address)} is the gate: do not skip its step.\n`,
    );
  });
}

/** A passage that is the same in every runbook. */
function passage(name: string): string[] {
  return [...(TEMPLATES[`runbook/${name}.liquid`] ?? '').split('\n')];
}

function stepLines(step: Step, number: number, steps: readonly Step[]): string[] {
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
    ...block(commands(step)),
    ...(step.undo ? [`To take it back: ${code(`.\\${windows(step.undo)}`)}`, ''] : []),
    ...waits(step, number, steps),
  ];
}

/** On which server, in which shell, and as whom. */
function whereabouts(where: string, { name, roles }: Pick<ShellFacts, 'name' | 'roles'>): string[] {
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

function checks(input: RenderInput): string[] {
  const lines = inOrder(input.topology.scenarios).flatMap(scenario =>
    scenario.between.flatMap((name, index) => {
      const here = input.installations.get(name);
      const other = input.installations.get(scenario.between[1 - index] ?? '');
      if (!here || !other) return [];
      const scope: Scope = { ...here.scope, ...(scenario.probe && { probe: scenario.probe }) };
      return here.product.checks
        .filter(check => check.with.includes(other.product.family))
        .flatMap(check => checkLines(check, scope, here));
    }),
  );
  return lines.length > 0 ? ['## Checks', '', ...lines] : [];
}

/** By whom they are between: the file must not change with the order in which they are written. */
function inOrder(scenarios: readonly Scenario[]): Scenario[] {
  const key = ({ between }: Scenario): string => [...between].sort().join(' ');
  return [...scenarios].sort((a, b) => byCodeUnit(key(a), key(b)));
}

function checkLines(
  check: CheckFacts,
  scope: Scope,
  { deployment, product }: Installation,
): string[] {
  if (lookUp(check.needs, scope) === null) return [];
  const { shell } = product;
  const argument =
    check.argument === undefined ? '' : ` ${psString(evaluateName(check.argument, scope))}`;
  return [
    `### ${prose(deployment.name)}: ${code(check.command.split(' ')[0] ?? '')}`,
    '',
    ...whereabouts(prose(shell.where), { ...shell, roles: check.roles ?? shell.roles }),
    ...block([check.command + argument]),
    `Expect: ${prose(check.expect)}.`,
    '',
  ];
}

/** Scripts that took something back have nothing more to do: one more apply clears them away. */
function receipts({ removing }: RenderInput): string[] {
  const lines = passage('receipts');
  if (removing.length === 0) return lines;
  return lines.flatMap(line =>
    line === 'concordat plan' ? ['concordat apply --auto-approve', line] : [line],
  );
}

/** After the effective date of a roll every consumer reads the keys again. */
function laterSittings(input: RenderInput, steps: readonly Step[]): string[] {
  return input.graph.resources
    .filter(one => one.kind === 'certificate' && one.attributes['effective'])
    .sort((a, b) => byCodeUnit(effectiveOf(a), effectiveOf(b)))
    .flatMap(certificate => sitting(certificate, input, steps));
}

function effectiveOf({ attributes }: Resource): string {
  return String(attributes['effective']);
}

function sitting(certificate: Resource, input: RenderInput, steps: readonly Step[]): string[] {
  const issuer = certificate.deployment;
  const successor = String(certificate.attributes['thumbprint'] ?? 'the new certificate');
  const later = sittingSteps(issuer, input, steps);
  return [
    `## Second sitting: after ${prose(effectiveOf(certificate))}`,
    '',
    `From that moment ${code(issuer)} signs with ${code(successor)}. ` +
      'Until the partners have read its key they refuse its tokens, and before that moment their ' +
      'servers may not publish it. So as soon after it as you can, with the scripts of the first ' +
      'sitting:',
    '',
    ...later.flatMap((step, index) => stepLines(step, index + 1, later)),
    'Then do the checks above again, and bring the receipts back. ' +
      'Do not remove the previous certificate before the longest token has ended.',
    '',
  ];
}

/** Every consumer reads the issuer's document again, and what keeps it in memory is restarted. */
function sittingSteps(issuer: string, { graph }: RenderInput, steps: readonly Step[]): Step[] {
  const consumers = graph.resources.filter(one => one.kind === 'partner' && one.name === issuer);
  const sides = new Set([issuer, ...consumers.map(one => one.deployment)]);
  const addresses = consumers.map(({ address }) => address);
  return steps.flatMap((step, index): Step[] => {
    const { undo: _, ...again } = step;
    if (step.address !== undefined && addresses.includes(step.address)) {
      const text = `Reads the document of ${issuer} again, and with it the key that signs now.`;
      return [{ ...again, text, parameters: ' -Refresh' }];
    }
    const isRepeated = steps.slice(index + 1).some(({ script }) => script === step.script);
    if (!sides.has(step.deployment) || isRepeated) return [];
    if (step.stage === 50) return [{ ...again, parameters: ' -Again' }];
    return step.stage === 70 ? [step] : [];
  });
}

function refusedCalls(input: RenderInput): string[] {
  const hosts = deploymentsOf(input).flatMap(({ deployment, product, scope, follow }) =>
    evaluateNames(product.live.url, scope, follow).map(url => [
      code(deployment.name),
      code(url),
      prose(product.live.grade),
    ]),
  );
  if (hosts.length === 0) return [];
  return [...passage('refused'), ...table(['deployment', 'asked at', 'grade'], hosts)];
}

function digests(files: readonly Artifact[]): string[] {
  const rows = [...files]
    .sort((a, b) => byCodeUnit(a.path, b.path))
    .map(({ path, sha256 }) => [code(windows(path)), code(sha256)]);
  return ['## Digests', ...table(['file', 'SHA-256'], rows)];
}

function windows(path: string): string {
  return path.replaceAll('/', '\\');
}
