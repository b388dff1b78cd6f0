import { handOut } from './apply/hand-out.ts';
import type { ReceiptFile } from './apply/receipt.ts';
import { surveySteps, type Status } from './apply/status.ts';
import type { Checked } from './compile.ts';
import { isError } from './kernel/report.ts';
import type { World } from './ports/world.ts';
import type { Proposal } from './propose.ts';
import { checkIdentity, readIdentity } from './state/project.ts';

/** Follows the steps of the last apply from the state and receipts. Writes nothing. */
export async function follow(
  { subject, graph, plan, snapshot, diagnostics }: Required<Checked> & Proposal,
  files: readonly ReceiptFile[],
  { state, now }: World,
): Promise<{ readonly status: Status; handOut(side: string): string }> {
  const project = await state.readProject();
  // Without the state that the project has, everything would look as if it never ran.
  checkIdentity(project && readIdentity(project), snapshot);
  const suffered = diagnostics.filter(one => one.code === 'certificate/ended' && isError(one));
  const input = { ...subject, graph, plan, snapshot, files, suffered, now: now() };
  const survey = surveySteps(input);
  return { status: survey.status, handOut: side => handOut(survey, input, side) };
}
