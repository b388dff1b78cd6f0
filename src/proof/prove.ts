import type { TrustEdge } from '../graph/trust-edge.ts';
import { createReport, type Report } from '../kernel/report.ts';
import { readBundle } from './bundle.ts';
import { checkBundle } from './check-bundle.ts';
import { checkDigests } from './check-digests.ts';
import { FORGERIES } from './forgeries.ts';
import { reportAccepted, reportRefused } from './failures.ts';
import type { ProofInput } from './input.ts';
import { readSigningKeys } from './keys.ts';
import { atOtherHosts, POSITIVES, type PositiveCase } from './positives.ts';
import { receive } from './receive.ts';
import { readPartners, type Partners, type Receiver } from './receiver.ts';
import type {
  Denial,
  EdgeProof,
  Mark,
  NegativeResult,
  PositiveResult,
  ProofReport,
} from './report.ts';
import { momentsOf } from './sender.ts';
import { setStage, type Ground, type Stage } from './stage.ts';

export type { ProofInput } from './input.ts';

/** Edges in flight: enough to keep every core signing. */
const AT_ONCE = 16;

/**
 * Proves every trust edge: writes the tokens that the issuer's server would send and judges them
 * as the acceptor would, each by the bytes written for its side.
 */
export async function prove(input: ProofInput): Promise<ProofReport> {
  const report = createReport();
  const bundle = readBundle(input.files);
  checkBundle(bundle, input, report);
  if (input.digests) checkDigests(input.files, report);
  const keys = await readSigningKeys(bundle, input, report);
  const known = new Map<string, Partners>();
  const run: Run = {
    ...{ bundle, input, keys, report },
    partnersOf(acceptor) {
      const partners = known.get(acceptor) ?? readPartners(bundle, acceptor, keys.standIns);
      known.set(acceptor, partners);
      return partners;
    },
  };
  const edges: EdgeProof[] = [];
  for (let at = 0; at < input.edges.length; at += AT_ONCE) {
    const batch = input.edges.slice(at, at + AT_ONCE);
    edges.push(...(await Promise.all(batch.map(edge => proveEdge(edge, run)))));
  }
  const failed = report.failed || edges.some(edge => edge.verdict === 'failed');
  return { verdict: failed ? 'failed' : 'passed', edges, failures: report.diagnostics };
}

interface Run extends Ground {
  readonly report: Report;
}

async function proveEdge(edge: TrustEdge, run: Run): Promise<EdgeProof> {
  const positive: PositiveResult[] = [];
  const negative: NegativeResult[] = [];
  const marks: Mark[] = [];
  for (const moment of momentsOf(run.bundle, edge.issuer, run.input.now)) {
    const stage = setStage(edge, moment, run);
    marks.push(stage.mark);
    positive.push(...(await tryPositives(stage, run)));
    const forging = moment.when === 'now' && run.input.forgeries !== false;
    if (forging) negative.push(...(await tryNegatives(stage, run)));
  }
  const accepted = positive.every(result => result.accepted);
  const refused = negative.every(result => result.refused_by === result.expected);
  return {
    address: edge.address,
    acceptor: edge.acceptor,
    issuer: edge.issuer,
    mark: MARKS.find(mark => marks.includes(mark)) ?? 'assumed',
    verdict: accepted && refused ? 'passed' : 'failed',
    positive,
    negative,
  };
}

/** The weakest first: an edge is worth no more than its weakest moment. */
const MARKS: readonly Mark[] = ['assumed', 'structure', 'proved'];

async function tryPositives(stage: Stage, { report }: Run): Promise<PositiveResult[]> {
  const { edge, moment, bench, mark, receivers } = stage;
  const hosts = new Set(receivers.flatMap(receiver => receiver.hosts));
  const cases = [
    ...POSITIVES.filter(one => one.when(edge)),
    ...(moment.when === 'now' ? atOtherHosts(edge, bench, [...hosts]) : []),
  ];
  const verdicts = await Promise.all(cases.map(one => tryPositive(one, stage)));
  return cases.map((one, index) => {
    const denial = verdicts[index];
    if (denial) reportRefused(stage, one.case, { denial, report });
    const refused_by = denial?.rule ?? null;
    return { case: one.case, when: moment.when, mark, accepted: !denial, refused_by };
  });
}

/** Each identity that one side states is tried against each that the other side states. */
async function tryPositive(one: PositiveCase, stage: Stage): Promise<Denial | undefined> {
  for (const sender of stage.senders) {
    const token = await one.token({ ...stage.bench, sender });
    for (const receiver of stage.receivers) {
      const denial = await judge(token, receiver, stage.moment.at);
      if (denial) return denial;
    }
  }
  return undefined;
}

async function tryNegatives(stage: Stage, { report }: Run): Promise<NegativeResult[]> {
  const { edge, bench, moment } = stage;
  const cases = FORGERIES.filter(one => one.when?.(edge, bench.receiver) ?? true);
  const verdicts = await Promise.all(
    cases.map(async one => judge(await one.token(bench), bench.receiver, moment.at)),
  );
  return cases.map((one, index) => {
    const refused_by = verdicts[index]?.rule ?? null;
    const result = { case: one.case, expected: one.rule, refused_by };
    if (refused_by !== one.rule) reportAccepted(stage, result, report);
    return result;
  });
}

async function judge(token: string, receiver: Receiver, now: Date): Promise<Denial | undefined> {
  const verdict = await receive(token, { receiver, now });
  return verdict === 'accepted' ? undefined : verdict;
}
