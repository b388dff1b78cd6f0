import {
  apply as carryOut,
  EXIT,
  isEmpty,
  isPlanned,
  plan as propose,
  prepareKeys,
  Refusal,
  type Planned,
  type Project,
} from '../../index.ts';
import { applyCommand, approve, type ApplyOptions as Options } from '../approve.ts';
import type { Run } from '../command.ts';
import { evidenceAt } from '../evidence.ts';
import { open, printDiagnostics, refuses, seenFromHere } from '../open.ts';
import { demandFit, readSavedPlan } from '../saved-plan.ts';
import type { Terminal } from '../terminal.ts';
import { humanOutcome, humanProgress } from '../views/apply-human.ts';
import { eventStream, type EventStream } from '../views/apply-events.ts';
import { humanPlan } from '../views/plan-human.ts';
import { humanProof } from '../views/proof-human.ts';

/** `concordat apply`: prove, then write; nothing without an approval. */
export const apply: Run<Options> = async (options, terminal) => {
  const stream =
    options.format === 'json'
      ? eventStream(terminal, () => new Date(), applyCommand(options))
      : undefined;
  try {
    return await run(options, terminal, stream);
  } catch (error) {
    if (error instanceof Refusal) stream?.diagnostics([error.diagnostic]);
    throw error;
  }
};

async function run(
  options: Options,
  terminal: Terminal,
  stream: EventStream | undefined,
): Promise<number> {
  const project = await open(options, terminal);
  const planned = await settled(project, options, { terminal, stream });
  if (!planned) return EXIT.invalid;
  stream?.plan(planned.plan);
  if (!isEmpty(planned.plan)) {
    if (options.plan === undefined) terminal.err(humanPlan(planned.plan, terminal));
    await approve(planned, options, terminal);
  }
  const again = applyCommand(options);
  const progress = humanProgress(terminal, again);
  const outcome = await carryOut(project, planned, {
    listen: event => {
      progress(event);
      stream?.listen(event);
    },
    show: proof => {
      (stream ? terminal.err : terminal.out)(humanProof(proof, terminal));
      stream?.proof(proof);
    },
    signal: terminal.interrupted,
  });
  const words = humanOutcome(outcome, { folder: project.folder, again });
  if (!stream) terminal.out(words);
  else if (outcome.outcome === 'interrupted') terminal.err(words);
  stream?.outcome(outcome);
  return EXIT.done;
}

/** The plan to carry out: fresh, and equal to the saved one where one is named. */
async function settled(
  project: Project,
  options: Options,
  { terminal, stream }: { readonly terminal: Terminal; readonly stream: EventStream | undefined },
): Promise<Planned | undefined> {
  const saved = await readSavedPlan(options.plan);
  const evidence = await evidenceAt(options.from);
  const planned = await propose(project, { evidence });
  const refused = !isPlanned(planned) || refuses(planned, options.strict);
  // With a saved plan the findings were shown when it was made; only what refuses is new.
  if (refused || !saved) {
    printDiagnostics(planned, project, { ...options, format: 'human' }, terminal);
    stream?.diagnostics(seenFromHere(planned, project).diagnostics);
  }
  if (refused && isPlanned(planned)) terminal.err(humanPlan(planned.plan, terminal));
  if (!isPlanned(planned) || refused) return undefined;
  if (saved) await demandFit(saved, planned, project);
  // A person at a terminal sees the exact plan before being asked; a pipeline prepares by itself.
  if (!planned.plan.complete && terminal.interactive && !saved) {
    await prepareKeys(project, planned);
    const again = await propose(project, { evidence });
    return isPlanned(again) ? again : undefined;
  }
  return planned;
}
