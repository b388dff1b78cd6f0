/**
 * Concordat's public interface: everything the command line can do, and nothing that it does
 * otherwise. Functions load their rooms when they are called, so that a check stays quick.
 */
import type { ApplyEvent, ApplyResult } from './apply/apply.ts';
import type { PreparedKeys } from './apply/keys.ts';
import type { RecordResult } from './apply/record.ts';
import type { Checked, Proposal } from './compile.ts';
import { Refusal } from './kernel/report.ts';
import type { Plan } from './plan/plan.ts';
import type { Project } from './project.ts';
import type { ProofReport } from './proof/report.ts';

export type { ApplyEvent, ApplyResult } from './apply/apply.ts';
export type { PreparedKeys } from './apply/keys.ts';
export type { RecordResult } from './apply/record.ts';
export type { Checked, Proposal } from './compile.ts';
export type { Diagnostic, Place, Severity } from './kernel/report.ts';
export type { Plan, Change, EdgeReading } from './plan/plan.ts';
export type { Project, ProjectOptions } from './project.ts';
export type { ProofReport } from './proof/report.ts';
export { EXIT } from './kernel/exit.ts';
export { Refusal } from './kernel/report.ts';
export { VERSION } from './kernel/version.ts';

/** Opens the project that a topology belongs to. Reads the topology's files, nothing else. */
export async function openProject(options: import('./project.ts').ProjectOptions): Promise<Project> {
  return (await import('./project.ts')).openProject(options);
}

/** Reads and checks a topology: diagnostics, and the graph where they allow one. */
export async function validate(project: Project): Promise<Checked> {
  return (await import('./compile.ts')).check(project.files, project.world);
}

/** What would change, why, and what it widens. Writes nothing. */
export async function plan(project: Project): Promise<Checked | (Checked & Proposal)> {
  const { check, isSound, propose } = await import('./compile.ts');
  const checked = await check(project.files, project.world);
  return isSound(checked) ? { ...checked, ...(await propose(checked, project.world)) } : checked;
}

/** Whether a plan came out of a run. */
export function isPlanned(result: Checked | (Checked & Proposal)): result is Required<Checked> & Proposal {
  return 'plan' in result;
}
