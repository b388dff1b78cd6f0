import { byCodeUnit } from '../kernel/canonical.ts';
import type { Graph, Resource } from '../graph/resource.ts';
import { code, prose } from './markdown.ts';
import { stepLines } from './runbook-parts.ts';
import type { Step } from './steps.ts';

/** What is done once a certificate that was staged has begun to sign. */
export interface Sitting {
  readonly issuer: string;
  /** The moment from which it signs, as declared. */
  readonly effective: string;
  readonly successor: string;
  readonly steps: readonly Step[];
}

type Resources = Pick<Graph, 'resources'>;

/** After the effective date of a roll every consumer reads the keys again. */
export function sittingsOf({ resources }: Resources, steps: readonly Step[]): Sitting[] {
  return resources
    .filter(one => one.kind === 'certificate' && one.attributes['effective'])
    .map(({ deployment, attributes }) => ({
      issuer: deployment,
      effective: String(attributes['effective']),
      successor: String(attributes['thumbprint'] ?? 'the new certificate'),
      steps: sittingSteps(deployment, resources, steps),
    }))
    .sort((a, b) => byCodeUnit(a.effective, b.effective));
}

/** Every consumer reads the issuer's document again, and what keeps it in memory is restarted. */
function sittingSteps(
  issuer: string,
  resources: readonly Resource[],
  steps: readonly Step[],
): Step[] {
  const consumers = resources.filter(one => one.kind === 'partner' && one.name === issuer);
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
    if (step.does === 'restart') return [{ ...again, parameters: ' -Again' }];
    return step.does === 'check' ? [step] : [];
  });
}

/** A sitting as the runbook tells it; `side`: only the steps of one deployment. */
export function sittingLines(
  { issuer, effective, successor, steps }: Sitting,
  side?: string,
): string[] {
  return [
    `## Second sitting: after ${prose(effective)}`,
    '',
    `From that moment ${code(issuer)} signs with ${code(successor)}. ` +
      'Until the partners have read its key they refuse its tokens, and before that moment their ' +
      'servers may not publish it. So as soon after it as you can, with the scripts of the first ' +
      'sitting:',
    '',
    ...steps.flatMap((step, index) =>
      side === undefined || step.deployment === side ? stepLines(step, index + 1, steps) : [],
    ),
    'Then do the checks above again, and bring the receipts back. ' +
      'Do not remove the previous certificate before the longest token has ended.',
    '',
  ];
}
