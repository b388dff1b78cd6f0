import {
  apply as carryOut,
  EXIT,
  isEmpty,
  isPlanned,
  missingApproval,
  plan as propose,
  prepareKeys,
  Refusal,
  type Missing,
  type Planned,
  type Project,
} from '../../index.ts';
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
  const missing = await missingApproval(plan, {
    autoApprove: options.autoApprove ?? false,
    allowWidening: options.allowWidening,
  });
  if (missing === 'nothing') return;
  if (!terminal.interactive) throw unapproved(plan.checksum, missing, options);
  const name = await terminal.ask(`type the topology's name (${plan.name}) to approve: `);
  const agreed = name.trim() === plan.name;
  if (!agreed || (missing === 'widening' && !(await widen(plan, terminal)))) {
    throw unapproved(plan.checksum, missing, options);
  }
}

async function widen({ trust }: Planned['plan'], terminal: Terminal): Promise<boolean> {
  const edges = trust.edges.filter(({ reading }) => reading === 'widens');
  terminal.err(`this widens trust:\n${edges.map(({ address }) => `  ${address}\n`).join('')}`);
  return (await terminal.ask('type "widen" to let them in: ')).trim() === 'widen';
}

/** Why an approval is missing. */
const LACKS: Readonly<Record<Missing, string>> = {
  nothing: '',
  confirmation: 'nobody is here to confirm the plan',
  widening: 'the plan widens trust',
  hazard: 'the plan warns of what cannot simply be taken back',
};

function unapproved(checksum: string, missing: Missing, { plan, topology }: Options): Refusal {
  const flag = missing === 'confirmation' ? '--auto-approve' : `--allow-widening=${checksum}`;
  const words = ['concordat', 'apply', topology ?? [], plan === undefined ? [] : ['--plan', plan]];
  const help = `when it has been reviewed: ${[...words.flat(), flag].join(' ')}`;
  return new Refusal('plan/unapproved', { detail: LACKS[missing], help }, EXIT.unapproved);
}
