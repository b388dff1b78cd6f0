import { readAddress } from '../kernel/address.ts';
import type { Step, StepInput } from '../render/steps.ts';
import { resourceFact, restartFact, UNTOLD, type Evidence, type Fact } from './facts.ts';

/** Where a step stands, as far as state and receipts tell. */
export interface Progress extends Omit<Fact, 'status'> {
  readonly step: Step;
  /** As in the runbook. */
  readonly number: number;
  readonly status: Exclude<Fact['status'], 'open'> | 'next' | 'waiting';
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
  const facts = factsOf(steps, before, evidence);
  const numbers = new Map(steps.map((step, index) => [step, index + 1]));
  const numbered = (some: readonly Step[]): number[] =>
    some.flatMap(one => numbers.get(one) ?? []).sort((a, b) => a - b);
  return steps.map((step, index): Progress => {
    const { status, ...fact } = facts.get(step) ?? UNTOLD;
    const after = before.get(step) ?? [];
    const open = after.filter(one => !isSettled(facts.get(one)));
    const isOver = status === 'done' || status === 'confirmed';
    return {
      ...fact,
      step,
      number: index + 1,
      status: status !== 'open' ? status : open.length > 0 ? 'waiting' : 'next',
      after: numbered(after),
      waitsFor: isOver ? [] : numbered(open),
    };
  });
}

/** Whether it is somebody's turn: it is to be run, and nothing before it is open. */
export function isDue({ status, waitsFor }: Pick<Progress, 'status' | 'waitsFor'>): boolean {
  return ['next', 'failed', 'changed'].includes(status) && waitsFor.length === 0;
}

function isSettled(fact: Fact = UNTOLD): boolean {
  return ['done', 'confirmed', 'untold'].includes(fact.status);
}

type Before = ReadonlyMap<Step, readonly Step[]>;
type Facts = ReadonlyMap<Step, Fact>;

/** What is known of each step; a restart depends on what is known of all others. */
function factsOf(steps: readonly Step[], before: Before, evidence: Evidence): Facts {
  const facts = new Map(
    steps
      .filter(({ does }) => does !== 'restart')
      .map(step => [step, step.does === 'check' ? UNTOLD : resourceFact(step, evidence)]),
  );
  for (const step of steps.filter(({ does }) => does === 'restart')) {
    const own = steps.filter(({ deployment }) => deployment === step.deployment);
    const earlier = own.filter(({ turn }) => turn < step.turn).map(one => facts.get(one));
    const later = own.filter(({ turn }) => turn > step.turn);
    // A run before its turn is one of an earlier restart, or of a former runbook.
    const fact = earlier.every(isSettled)
      ? restartFact(step, later, evidence)
      : { status: 'open' as const, recorded: true, runs: [], remaining: step.servers };
    const isUnknown =
      fact.status === 'open' &&
      fact.runs.length === 0 &&
      (wasPassed(step, { facts, before }) || wasSeen(own, step, { facts, evidence }));
    facts.set(step, isUnknown ? { ...fact, ...UNTOLD } : fact);
  }
  return facts;
}

/**
 * Where all that comes before a restart was seen on its servers and no run of ours made it, nobody
 * can tell when it came to be, and whether they were started since.
 */
function wasSeen(
  own: readonly Step[],
  step: Step,
  { facts, evidence }: { readonly facts: Facts; readonly evidence: Evidence },
): boolean {
  const verified = new Set(
    evidence.snapshot.resources
      .filter(({ standing }) => standing === 'verified')
      .map(({ address }) => address as string),
  );
  const earlier = own.filter(({ turn, does }) => turn < step.turn && does !== 'restart');
  const isSeen = (one: Step): boolean =>
    verified.has(one.address ?? '') && facts.get(one)?.runs.length === 0;
  return earlier.length > 0 && earlier.every(isSeen);
}

/**
 * The state keeps nothing of restarts. Where their receipts are not here, and what comes after one
 * was done after what comes before it, it was passed.
 */
function wasPassed(
  step: Step,
  { facts, before }: { readonly facts: Facts; readonly before: Before },
): boolean {
  const earlier = (before.get(step) ?? []).map(one => facts.get(one));
  if (!earlier.every(isSettled)) return false;
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
function momentOf({ since }: Fact = UNTOLD): number {
  return since === undefined ? 0 : Date.parse(since);
}

/** The steps that must be done before each one: those of a lower turn, here and at neighbours. */
function predecessors(steps: readonly Step[], around: Neighbours): Before {
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
