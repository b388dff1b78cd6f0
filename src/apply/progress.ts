import { readAddress } from '../kernel/address.ts';
import type { Step, StepInput } from '../render/steps.ts';
import { resourceFact, restartFact, type Evidence, type Fact } from './facts.ts';
import { runsOf, type Run } from './runs.ts';

/** Where a step stands, as far as state and receipts tell. */
export interface Progress extends Omit<Fact, 'status'> {
  readonly step: Step;
  /** As in the runbook. */
  readonly number: number;
  readonly status: Exclude<Fact['status'], 'open'> | 'next' | 'waiting';
  readonly runs: readonly Run[];
  /** Numbers of all steps that come before it. */
  readonly after: readonly number[];
  /** Of those the ones that are open; none where it is done. */
  readonly waitsFor: readonly number[];
}

type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

/** Where every step stands. A step waits for its own side, and for those it shares a trust with. */
export function progressOf(
  steps: readonly Step[],
  input: StepInput,
  evidence: Evidence,
): Progress[] {
  const before = predecessors(steps, neighbours(input));
  const facts = new Map(steps.map(step => [step, factOf(step, steps, evidence)]));
  for (const step of steps) {
    const fact = facts.get(step);
    if (fact && wasPassed(step, facts, before)) facts.set(step, { ...fact, status: 'untold' });
  }
  const numbers = new Map(steps.map((step, index) => [step, index + 1]));
  return steps.flatMap((step, index): Progress[] => {
    const { status, ...fact } = facts.get(step) ?? NOTHING;
    const all = before.get(step) ?? [];
    const open = all.filter(one => !isSettled(facts.get(one)));
    const numbered = (some: readonly Step[]): number[] =>
      some.flatMap(one => numbers.get(one) ?? []).sort((a, b) => a - b);
    const isOver = status === 'done' || status === 'confirmed';
    return [
      {
        ...fact,
        step,
        number: index + 1,
        status: status !== 'open' ? status : open.length > 0 ? 'waiting' : 'next',
        runs: runsOf(step, evidence.receipts),
        after: numbered(all),
        waitsFor: isOver ? [] : numbered(open),
      },
    ];
  });
}

/** Whether it is somebody's turn: it is to be run, and nothing before it is open. */
export function isDue({ status, waitsFor }: Pick<Progress, 'status' | 'waitsFor'>): boolean {
  return ['next', 'failed', 'changed'].includes(status) && waitsFor.length === 0;
}

const NOTHING: Fact = { status: 'open', recorded: true };

function isSettled(fact: Fact = NOTHING): boolean {
  return ['done', 'confirmed', 'untold'].includes(fact.status);
}

function factOf(step: Step, steps: readonly Step[], evidence: Evidence): Fact {
  if (step.address !== undefined) return resourceFact(step.address, evidence);
  if (step.does === 'check') return { status: 'untold', recorded: true };
  const later = steps.filter(one => one.deployment === step.deployment && one.turn > step.turn);
  return restartFact(
    step,
    later.map(({ script }) => script),
    evidence,
  );
}

/**
 * The state keeps nothing of restarts. Where their receipts are not here, and what comes after one
 * was done after what comes before it, it was passed.
 */
function wasPassed(
  step: Step,
  facts: ReadonlyMap<Step, Fact>,
  before: ReadonlyMap<Step, readonly Step[]>,
): boolean {
  const fact = facts.get(step);
  const isUnheard = fact?.status === 'open' && fact.remaining?.length === step.servers.length;
  const earlier = (before.get(step) ?? []).map(one => facts.get(one));
  if (step.does !== 'restart' || !isUnheard || !earlier.every(isSettled)) return false;
  const last = Math.max(...earlier.map(momentOf));
  return [...facts].some(
    ([one, other]) =>
      one.does !== 'check' &&
      isSettled(other) &&
      momentOf(other) >= last &&
      before.get(one)?.includes(step) === true,
  );
}

/** Since when a fact is one; 0 where that is not known. */
function momentOf({ since }: Fact = NOTHING): number {
  return since === undefined ? 0 : Date.parse(since);
}

/** The steps that must be done before each one: those of a lower turn, here and at neighbours. */
function predecessors(
  steps: readonly Step[],
  around: Neighbours,
): ReadonlyMap<Step, readonly Step[]> {
  const sides = new Map<string, Step[]>();
  for (const step of steps) {
    const side = sides.get(step.deployment);
    if (side) side.push(step);
    else sides.set(step.deployment, [step]);
  }
  return new Map(
    steps.map(step => [
      step,
      [step.deployment, ...(around.get(step.deployment) ?? [])]
        .flatMap(side => sides.get(side) ?? [])
        .filter(({ turn }) => turn < step.turn),
    ]),
  );
}

/** Who shares a trust with whom, as it stands and as it is taken away. */
function neighbours({ graph, removing }: StepInput): Neighbours {
  const going = removing.flatMap(({ address }) => {
    const { kind, deployment, name = '' } = readAddress(address) ?? {};
    return kind === 'partner' && deployment ? [{ acceptor: deployment, issuer: name }] : [];
  });
  const found = new Map<string, Set<string>>();
  for (const { acceptor, issuer } of [...graph.edges, ...going]) {
    found.set(acceptor, (found.get(acceptor) ?? new Set()).add(issuer));
    found.set(issuer, (found.get(issuer) ?? new Set()).add(acceptor));
  }
  return found;
}
