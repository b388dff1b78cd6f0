import { artifactOf, type Artifact } from './artifact.ts';
import { checkLines, checksOf } from './checks.ts';
import { deploymentsOf, type RenderInput } from './input.ts';
import { code, prose, table } from './markdown.ts';
import {
  digests,
  gateWarnings,
  passage,
  refusedCalls,
  stepLines,
  whole,
  windows,
} from './runbook-parts.ts';
import { sittingLines, sittingsOf } from './sittings.ts';
import { declaredSteps, type Step } from './steps.ts';

/** What a person follows: every step on every side, in order, with nothing but a shell at hand. */
export function renderRunbook(input: RenderInput, files: readonly Artifact[]): Artifact {
  const steps = declaredSteps(input);
  const lines = [
    ...opening(input, steps),
    ...passage('before'),
    ...steps.flatMap((step, index) => stepLines(step, index + 1, steps)),
    ...checkLines(checksOf(input)),
    ...receipts(input),
    ...sittingsOf(input.graph, steps).flatMap(one => sittingLines(one)),
    ...refusedCalls(deploymentsOf(input)),
    ...digests(files),
  ];
  return artifactOf('RUNBOOK.md', new TextEncoder().encode(whole(lines)));
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
    ...gateWarnings(input.graph.resources, name => input.installations.get(name)?.product),
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

/** Scripts that took something back have nothing more to do: one more apply clears them away. */
function receipts({ removing }: RenderInput): string[] {
  const lines = passage('receipts');
  if (removing.length === 0) return lines;
  return lines.flatMap(line =>
    line === 'concordat plan' ? ['concordat apply --auto-approve', line] : [line],
  );
}
