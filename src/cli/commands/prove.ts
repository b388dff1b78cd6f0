import {
  EXIT,
  isPlanned,
  mutate,
  plan as propose,
  prove as proveEdges,
  Refusal,
} from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { open, printDiagnostics } from '../open.ts';
import { demandFit, readSavedPlan } from '../saved-plan.ts';
import { jsonMutations, jsonProof } from '../views/proof-json.ts';
import { humanMutations, humanProof } from '../views/proof-human.ts';

interface Options extends CommonOptions {
  readonly plan?: string;
  readonly mutate?: boolean;
  readonly digests: boolean;
}

/** `concordat prove`: tokens against the files on disk, or against what a plan would write. */
export const prove: Run<Options> = async (options, terminal) => {
  const project = await open(options, terminal);
  const saved = await readSavedPlan(options.plan);
  const planned = await propose(project);
  if (!isPlanned(planned)) {
    printDiagnostics(planned, project, options, terminal);
    return EXIT.invalid;
  }
  if (options.mutate) {
    const mutations = await mutate(project, planned);
    const json = options.format === 'json';
    terminal.out(json ? jsonMutations(mutations) : humanMutations(mutations, terminal));
    return mutations.unnoticed.length === 0 ? EXIT.done : EXIT.unproved;
  }
  if (saved) await demandFit(saved, planned, project);
  const written = (await project.world.artifacts.list()).size > 0;
  if (!saved && !written) throw nothingWritten();
  const from = saved ? 'memory' : 'disk';
  const report = await proveEdges(project, planned, { from, digests: options.digests });
  terminal.out(options.format === 'json' ? jsonProof(report) : humanProof(report, terminal));
  return report.verdict === 'passed' ? EXIT.done : EXIT.unproved;
};

function nothingWritten(): Refusal {
  return new Refusal(
    'proof/nothing-written',
    {
      detail: 'there are no artifacts yet',
      help: 'write them with: concordat apply; or prove a saved plan: concordat prove --plan FILE',
    },
    EXIT.failed,
  );
}
