import {
  anotherName,
  demandHistory,
  EXIT,
  misfitsOf,
  Refusal,
  unsealPlan,
  type Plan,
  type Planned,
  type Project,
} from '../index.ts';
import { readGiven } from './files.ts';

/** A plan that `--plan` names, and where it was read. */
export interface SavedPlan {
  readonly file: string;
  readonly plan: Plan;
}

/** Reads the plan that `--plan` names, if it names one. */
export async function readSavedPlan(file: string | undefined): Promise<SavedPlan | undefined> {
  if (file === undefined) return undefined;
  return { file, plan: await unsealPlan(readGiven(file), file) };
}

/** Refuses a saved plan that is not what the same inputs give now. */
export async function demandFit(
  { file, plan }: SavedPlan,
  planned: Planned,
  project: Project,
): Promise<void> {
  // A missing state makes another plan of everything, and planning again makes only a preview.
  await demandHistory(project, planned);
  const reasons = await misfitsOf(plan, planned, project.world.now());
  if (reasons.length === 0) return;
  const detail = `${file}: ${reasons.join('; ')}; nothing was written`;
  const help =
    plan.lineage !== null && planned.snapshot === undefined
      ? 'bring .concordat/state.json back, then run the same command again'
      : `plan again and have that reviewed: concordat plan --out ${anotherName(file)}`;
  throw new Refusal('plan/stale', { detail, help }, EXIT.notApplicable);
}
