import {
  apply as carryOut,
  EXIT,
  isEmpty,
  isPlanned,
  missingApprovals,
  plan as propose,
  prepareKeys,
  Refusal,
  type Missing,
  type Plan,
  type Planned,
  type Project,
} from '../../index.ts';
import { flagsFor } from '../approvals.ts';
import type { CommonOptions, Run } from '../command.ts';
import { open, printDiagnostics, refuses } from '../open.ts';
import { demandFit, readSavedPlan } from '../saved-plan.ts';
import type { Terminal } from '../terminal.ts';
import { humanOutcome, humanProgress } from '../views/apply-human.ts';
import { humanPlan } from '../views/plan-human.ts';
import { humanProof } from '../views/proof-human.ts';

interface Options extends CommonOptions {
  readonly plan?: string;
  readonly autoApprove?: boolean;
  readonly allowWidening?: string;
  readonly allowMassChange?: string;
}

/** `concordat apply`: prove, then write; nothing without an approval. */
export const apply: Run<Options> = async (options, terminal) => {
  const project = await open(options, terminal);
  const planned = await settled(project, options, terminal);
  if (!planned) return EXIT.invalid;
  if (!isEmpty(planned.plan)) {
    if (options.plan === undefined) terminal.err(humanPlan(planned.plan, terminal));
    await approve(planned, options, terminal);
  }
  const listen = humanProgress(terminal);
  const json = options.format === 'json';
  const outcome = await carryOut(project, planned, {
    listen,
    show: proof => (json ? terminal.err : terminal.out)(humanProof(proof, terminal)),
    signal: terminal.interrupted,
  });
  terminal.out(
    json ? JSON.stringify(outcome, null, 2) + '\n' : humanOutcome(outcome, project.folder),
  );
  return EXIT.done;
};

/** The plan to carry out: fresh, and equal to the saved one where one is named. */
async function settled(
  project: Project,
  options: Options,
  terminal: Terminal,
): Promise<Planned | undefined> {
  const saved = await readSavedPlan(options.plan);
  const planned = await propose(project);
  const refused = !isPlanned(planned) || refuses(planned, options.strict);
  // With a saved plan the findings were shown when it was made; only what refuses is new.
  if (refused || !saved) {
    printDiagnostics(planned, project, { ...options, format: 'human' }, terminal);
  }
  if (refused && isPlanned(planned)) terminal.err(humanPlan(planned.plan, terminal));
  if (!isPlanned(planned) || refused) return undefined;
  if (saved) await demandFit(saved, planned, project);
  // A person at a terminal sees the exact plan before being asked; a pipeline prepares by itself.
  if (!planned.plan.complete && terminal.interactive && !saved) {
    await prepareKeys(project, planned);
    const again = await propose(project);
    return isPlanned(again) ? again : undefined;
  }
  return planned;
}

async function approve({ plan }: Planned, options: Options, terminal: Terminal): Promise<void> {
  if (plan.checksum === null) return;
  const missing = await missingApprovals(plan, {
    autoApprove: options.autoApprove ?? false,
    allowWidening: options.allowWidening,
    allowMassChange: options.allowMassChange,
  });
  if (missing.length === 0) return;
  if (!terminal.interactive) throw unapproved(plan.checksum, missing, options);
  if (!(await agrees(plan, missing, terminal))) throw unapproved(plan.checksum, missing, options);
}

/** A person at a terminal says yes to each in turn, to what weighs more by another word. */
async function agrees(
  plan: Plan,
  missing: readonly Missing[],
  terminal: Terminal,
): Promise<boolean> {
  const says = async (question: string, answer: string) =>
    (await terminal.ask(question)).trim() === answer;
  if (!(await says(`type the topology's name (${plan.name}) to approve: `, plan.name)))
    return false;
  if (missing.includes('mass-change')) {
    const start = plan.checksum?.slice(0, 8) ?? '';
    terminal.err(`this is much at once:\n${list(plan.mass_change.map(({ text }) => text))}`);
    if (!(await says('type the first eight characters of the checksum: ', start))) return false;
  }
  if (!missing.includes('widening')) return true;
  const edges = plan.trust.edges.filter(({ reading }) => reading === 'widens');
  terminal.err(`this widens trust:\n${list(edges.map(({ address }) => address))}`);
  return says('type "widen" to let them in: ', 'widen');
}

function list(texts: readonly string[]): string {
  return texts.map(text => `  ${text}\n`).join('');
}

/** Why an approval is missing. */
const LACKS: Readonly<Record<Missing, string>> = {
  confirmation: 'nobody is here to confirm the plan',
  widening: 'the plan widens trust',
  hazard: 'the plan warns of what cannot simply be taken back',
  'mass-change': 'the plan changes very much at once',
};

function unapproved(
  checksum: string,
  missing: readonly Missing[],
  { plan, topology, ...given }: Options,
): Refusal {
  const words = ['concordat', 'apply', topology ?? [], plan === undefined ? [] : ['--plan', plan]];
  // What was granted already is asked for again: the next command must stand alone.
  const granted: Missing[] = [
    ...(given.allowWidening === checksum ? (['widening'] as const) : []),
    ...(given.allowMassChange === checksum ? (['mass-change'] as const) : []),
  ];
  const flags = flagsFor([...granted, ...missing], checksum);
  const help = `when it has been reviewed: ${[...words.flat(), ...flags].join(' ')}`;
  const detail = missing.map(one => LACKS[one]).join(', and ');
  return new Refusal('plan/unapproved', { detail, help }, EXIT.unapproved);
}
