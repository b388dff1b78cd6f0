import {
  changeState,
  currentState,
  EXIT,
  pullState,
  pushState,
  recordedResource,
  stateHistory,
  type HandOperation,
} from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { readGiven } from '../files.ts';
import { open } from '../open.ts';
import { humanEntry, humanHand, humanHistory, humanState } from '../views/state-human.ts';

const json = (value: unknown): string => JSON.stringify(value, null, 2) + '\n';

/** `concordat state list`: every resource, and how much is known of it. */
export const list: Run<CommonOptions> = async (options, terminal) => {
  const state = await currentState(await open(options, terminal));
  terminal.out(options.format === 'json' ? json(state) : humanState(state));
  return EXIT.done;
};

/** `concordat state show ADDRESS`: all that is recorded of one resource. */
export const show: Run<CommonOptions & { readonly address: string }> = async (
  options,
  terminal,
) => {
  const entry = await recordedResource(await open(options, terminal), options.address);
  terminal.out(options.format === 'json' ? json(entry) : humanEntry(entry));
  return EXIT.done;
};

/** `concordat state history`: former states, and what people changed by hand and why. */
export const history: Run<CommonOptions> = async (options, terminal) => {
  const project = await open(options, terminal);
  const state = await currentState(project);
  const former = await stateHistory(project);
  const told = { former: former.map(({ name, state: was }) => ({ name, serial: was?.serial })) };
  const text =
    options.format === 'json'
      ? json({ serial: state.serial, ...told, by_hand: state.by_hand })
      : humanHistory(state, former);
  terminal.out(text);
  return EXIT.done;
};

/** `concordat state pull`: the state's own bytes, for a place that is shared. */
export const pull: Run<CommonOptions> = async (options, terminal) => {
  const bytes = await pullState(await open(options, terminal));
  terminal.out(new TextDecoder().decode(bytes));
  return EXIT.done;
};

/** `concordat state push FILE`: takes a newer state of the same history from there. */
export const push: Run<CommonOptions & { readonly file: string }> = async (options, terminal) => {
  const project = await open(options, terminal);
  const given = { file: options.file, bytes: readGiven(options.file) };
  const state = await pushState(project, given);
  const line = `${state.topology}: the state is at serial ${state.serial}\n`;
  terminal.out(options.format === 'json' ? json(state) : line);
  return EXIT.done;
};

interface Hand extends CommonOptions {
  readonly address: string;
  readonly reason: string;
}

/** `concordat state confirm ADDRESS`: a person knows what no receipt says. */
export const confirm: Run<Hand> = (options, terminal) => byHand('confirm', options, terminal);

/** `concordat state mv FROM TO`: calls a resource otherwise; no server is touched. */
export const mv: Run<Hand & { readonly to: string }> = (options, terminal) =>
  byHand('mv', options, terminal);

/** `concordat state rm ADDRESS`: forgets a resource; no server is touched. */
export const rm: Run<Hand> = (options, terminal) => byHand('rm', options, terminal);

async function byHand(
  operation: HandOperation,
  options: Hand & { readonly to?: string },
  terminal: Parameters<Run<Hand>>[1],
): Promise<number> {
  const project = await open(options, terminal);
  const { address, to, reason } = options;
  const request = { address, reason, ...(to !== undefined && { to }) };
  const { before, after } = await changeState(project, operation, request);
  terminal.out(options.format === 'json' ? json(after) : humanHand(request, before, after));
  return EXIT.done;
}
