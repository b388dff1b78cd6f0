import { check, report, Stuck, take, type Follower, type Moment } from './follow.ts';
import type { RunbookStep } from './runbook.ts';

/** A way through a whole runbook: the moments before each step, and the one after the last. */
export interface Way {
  readonly follower: Follower;
  readonly moments: readonly Moment[];
}

/** Two steps of which the first must be done before the second, and why. */
export type Dependence = readonly [earlier: string, later: string, because: string];

/** Names of steps: `exchange/10-certificate`; where a script stands twice, the first is `early`. */
export function namesOf(steps: readonly RunbookStep[]): string[] {
  const names = steps.map(({ lines }) =>
    (/^\.\\(\S+)\.ps1/.exec(lines.at(-1) ?? '')?.[1] ?? '')
      .replaceAll('\\', '/')
      .replace('/scripts/', '/'),
  );
  return names.map((name, index) =>
    names.indexOf(name, index + 1) > index ? `${name} early` : name,
  );
}

/** The steps without one of them. */
export function without(steps: readonly RunbookStep[], name: string): RunbookStep[] {
  const at = placeOf(steps, name);
  return steps.filter((_, index) => index !== at);
}

/** The steps with two of them in each other's place. */
export function swapped(
  steps: readonly RunbookStep[],
  [one, other]: Dependence,
): (RunbookStep | undefined)[] {
  const [a, b] = [placeOf(steps, one), placeOf(steps, other)];
  return steps.map((step, index) => (index === a ? steps[b] : index === b ? steps[a] : step));
}

/** The steps with the earlier one only just after the later one. */
export function delayed(
  steps: readonly RunbookStep[],
  [earlier, later]: Dependence,
): (RunbookStep | undefined)[] {
  const late = steps[placeOf(steps, earlier)];
  const behind = steps[placeOf(steps, later)];
  return without(steps, earlier).flatMap(step => (step === behind ? [step, late] : [step]));
}

function placeOf(steps: readonly RunbookStep[], name: string): number {
  const at = namesOf(steps).indexOf(name);
  if (at < 0) throw new Error(`${name} is none of ${namesOf(steps).join(', ')}`);
  return at;
}

/** Follows other steps than those written, from where they part; why it failed, or nothing. */
export async function tryOut(
  { follower, moments }: Way,
  steps: readonly (RunbookStep | undefined)[],
): Promise<string | undefined> {
  const written = follower.runbook.steps;
  const parting = steps.findIndex((step, index) => step !== written[index]);
  const from = parting < 0 ? steps.length : parting;
  const start = moments[from];
  if (!start) throw new Error('no such moment');
  try {
    const rest = steps.slice(from).flatMap(step => (step ? [unrehearsed(step)] : []));
    const end = (await take(follower, rest, start)).at(-1) ?? start;
    await check(follower, end);
    await report(follower, follower.office.copy(), end);
    noneMoved(start, end);
  } catch (error) {
    if (error instanceof Stuck) return error.message;
    throw error;
  }
  return undefined;
}

/** Who tries many ways leaves out what changes nothing. */
function unrehearsed(step: RunbookStep): RunbookStep {
  return { ...step, lines: step.lines.filter(line => !line.endsWith(' -WhatIf')) };
}

/** What starts by itself and only a rollback takes back may not have started on the way. */
function noneMoved(start: Moment, end: Moment): void {
  for (const [name, { contactsMoving, objects }] of Object.entries(end.world.deployments)) {
    const policies = objects['CsUserServicesPolicy'] ?? [];
    const isOff = policies.every(policy => policy['UcsAllowed'] === false);
    const was = start.world.deployments[name]?.['contactsMoving'];
    if (contactsMoving === true && was !== true && isOff) throw new Stuck(`${name}: contacts move`);
  }
}
