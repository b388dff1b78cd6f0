import { EXIT } from '../kernel/exit.ts';
import { isObject } from '../kernel/json.ts';
import { Refusal, type Code } from '../kernel/report.ts';
import { writeLines } from './codec.ts';
import type { Snapshot } from './snapshot.ts';

/** What makes a project itself, wherever it lies. */
export interface ProjectIdentity {
  readonly name: string;
  /** The history that its state belongs to. */
  readonly lineage: string;
}

const PROJECT_FORMAT = '1.0';
const FAILED = new Set<Code>(['state/project', 'state/none']);
const RESTORE = 'take .concordat/project.json back from version control';

/** Reads the committed identity of a project. */
export function readIdentity(bytes: Uint8Array): ProjectIdentity {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse('state/project', 'project.json is not whole JSON', RESTORE);
  }
  const { format_version: format, name, lineage, ...more } = isObject(value) ? value : {};
  const whole = typeof name === 'string' && typeof lineage === 'string';
  // A member that nobody reads might be meant to say something.
  if (format === PROJECT_FORMAT && whole && Object.keys(more).length === 0) {
    return { name, lineage };
  }
  throw refuse('state/project', 'project.json does not name a project of this format', RESTORE);
}

/** The committed identity as its file holds it. */
export function writeIdentity({ name, lineage }: ProjectIdentity): Uint8Array {
  return writeLines({ format_version: PROJECT_FORMAT, name, lineage });
}

/** Refuses a state that is missing or belongs to another project; a first run passes. */
export function checkIdentity(
  identity: ProjectIdentity | undefined,
  snapshot: Snapshot | undefined,
): void {
  // A kill after the first state and before the project file leaves a state alone; the next
  // apply heals it.
  if (!identity || identity.lineage === snapshot?.lineage) return;
  if (!snapshot) {
    const help =
      'bring .concordat/state.json back: from version control, or, where there is one, from the ' +
      'newest file in .concordat/history/';
    throw refuse('state/missing', `project ${identity.name} has been applied before`, help);
  }
  const found = `project.json says ${identity.lineage}, the state says ${snapshot.lineage}`;
  throw refuse('state/lineage', found, 'take back the two files that belong together');
}

/** Refuses a state from elsewhere that is of another history than this project, or not newer. */
export function checkSuccession(
  next: Snapshot,
  file: string,
  { identity, current }: { identity: ProjectIdentity | undefined; current: Snapshot | undefined },
): void {
  const lineage = identity?.lineage ?? current?.lineage ?? next.lineage;
  if (lineage !== next.lineage) {
    const found = `this project is of the history ${lineage}, ${file} of ${next.lineage}`;
    throw refuse('state/lineage', found, 'push the state of this project');
  }
  if (!current || next.serial > current.serial) return;
  const found = `${file} has serial ${next.serial}, the state here ${current.serial}`;
  const help = 'take the newer one: concordat state pull prints what is here';
  throw refuse('state/not-newer', found, help);
}

/** The state of a project that was applied. */
export function demandState(snapshot: Snapshot | undefined): Snapshot {
  if (snapshot) return snapshot;
  const help = 'concordat apply';
  throw refuse('state/none', 'nothing was applied here yet, so there is no state', help);
}

/** Refuses a topology of another name: its objects would replace those of this project. */
export function checkName(identity: ProjectIdentity, topology: string): void {
  if (identity.name === topology) return;
  const found = `project.json says "${identity.name}", the topology is called "${topology}"`;
  const help =
    `name the topology of "${identity.name}"; or, if it was renamed, write the new name into ` +
    '.concordat/project.json too';
  throw refuse('state/lineage', found, help);
}

function refuse(code: Code, found: string, help: string): Refusal {
  const exit = FAILED.has(code) ? EXIT.failed : EXIT.notApplicable;
  return new Refusal(code, { detail: `${found}; nothing was changed`, help }, exit);
}
