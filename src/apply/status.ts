import { byAddress } from '../kernel/canonical.ts';
import { createReport, type Diagnostic } from '../kernel/report.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { certificateEnds, isEmpty } from '../plan/facts.ts';
import type { Plan } from '../plan/plan.ts';
import { appliedChecks, appliedInput, appliedSteps } from '../render/applied.ts';
import type { Check } from '../render/checks.ts';
import type { RenderInput } from '../render/input.ts';
import { sittingsOf, type Sitting } from '../render/sittings.ts';
import type { Step } from '../render/steps.ts';
import type { Evidence } from './facts.ts';
import { ownReceipts } from './filed-receipts.ts';
import {
  byAge,
  judgeReceipts,
  reportVerdicts,
  type FiledReceipt,
  type Verdict,
} from './judge-receipts.ts';
import { isDue, progressOf, type Progress } from './progress.ts';
import type { ReceiptFile } from './receipt.ts';
import type { Run } from './runs.ts';

/** Version of this form; a new minor version only adds. */
const FORMAT = '1.0';
const DAY = 86_400_000;

/** What a status is told from. */
export interface StatusInput extends Omit<RenderInput, 'removing'> {
  readonly plan: Plan;
  readonly snapshot: Snapshot | undefined;
  readonly files: readonly ReceiptFile[];
  /** What was found of the topology and is told beside everything else. */
  readonly suffered: readonly Diagnostic[];
  readonly now: Date;
}

/** Which step ran where, what is next and whose it is. Written as `status.schema.json` says. */
export interface Status {
  readonly format_version: string;
  readonly kind: 'status';
  /** The instant from which days are counted. */
  readonly clock: string;
  readonly name: string;
  /** Of the state; 0 as long as nothing was applied. */
  readonly serial: number;
  /** Whether an apply would change anything: then the steps are those of the last one. */
  readonly pending: boolean;
  readonly steps: readonly StatusStep[];
  /** Numbers of the steps that can be run now. */
  readonly next: readonly number[];
  readonly checks: readonly StatusCheck[];
  readonly sittings: readonly StatusSitting[];
  readonly certificates: readonly StatusCertificate[];
  readonly receipts: { readonly files: number; readonly read: number };
  readonly findings: readonly StatusFinding[];
}

/** Who does something, where and in which shell. */
interface Place {
  readonly deployment: string;
  readonly where: string;
  readonly shell: string;
  readonly roles: readonly string[];
}

/** A step of the runbook and where it stands. */
export interface StatusStep extends Place {
  readonly number: number;
  readonly title: string;
  readonly does: 'make' | 'remove' | 'restart' | 'check';
  readonly status: Progress['status'];
  readonly address: string | null;
  readonly script: string;
  readonly undo: string | null;
  /** Servers on which it is run one by one; empty: once, where `where` says. */
  readonly servers: readonly string[];
  readonly remaining: readonly string[];
  readonly recorded: boolean;
  readonly since: string | null;
  readonly reason: string | null;
  readonly waits_for: readonly number[];
  readonly runs: readonly Run[];
}

/** A check by the product's own means: nothing can be told of it. */
export interface StatusCheck extends Place {
  readonly command: string;
  readonly expect: string;
}

/** What is done again when a staged certificate has begun to sign: nothing can be told of it. */
export interface StatusSitting {
  readonly issuer: string;
  readonly effective: string;
  readonly deployments: readonly string[];
}

/** A certificate and its end; null where it is not made yet, or only its server knows it. */
export interface StatusCertificate {
  readonly address: string;
  readonly subject: string | null;
  readonly thumbprint: string | null;
  readonly not_after: string | null;
  readonly days_left: number | null;
}

/** Something that a person must know of a receipt, or of a certificate that has ended. */
export type StatusFinding = Pick<
  Diagnostic,
  'code' | 'severity' | 'summary' | 'detail' | 'help' | 'address'
>;

/** What state and receipts come to: the document, and what it was told from. */
export interface Survey {
  readonly status: Status;
  readonly progress: readonly Progress[];
  readonly sittings: readonly Sitting[];
}

/** Looks at everything that is known of the steps. Changes nothing. */
export function surveySteps(input: StatusInput): Survey {
  const { snapshot, files, now, plan, topology } = input;
  const report = createReport();
  const receipts = ownReceipts(files, snapshot, { report, now }).sort(byAge);
  const verdicts = judgeReceipts(receipts, snapshot);
  reportVerdicts(verdicts, snapshot, report);
  const evidence = snapshot && { snapshot, ...evidenceOf(receipts, verdicts) };
  const { progress, sittings } = evidence ? stepsOfState(input, evidence) : NOTHING_APPLIED;
  const status: Status = {
    format_version: FORMAT,
    kind: 'status',
    clock: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    name: topology.name,
    serial: snapshot?.serial ?? 0,
    pending: !isEmpty(plan),
    steps: progress.map(stepOf),
    next: progress.filter(isDue).map(({ number }) => number),
    checks: snapshot ? appliedChecks(input, snapshot).map(checkOf) : [],
    sittings: sittings.map(sittingOf),
    certificates: certificatesOf(input),
    receipts: { files: files.length, read: receipts.length },
    findings: [...input.suffered, ...report.diagnostics]
      .filter(({ code }) => code !== 'receipt/failed')
      .map(findingOf),
  };
  return { status, progress, sittings };
}

const NOTHING_APPLIED: Omit<Survey, 'status'> = { progress: [], sittings: [] };

function evidenceOf(
  receipts: readonly FiledReceipt[],
  verdicts: readonly Verdict[],
): Omit<Evidence, 'snapshot'> {
  return {
    receipts: receipts.filter(({ receipt }) => receipt.dry_run !== true),
    // They come from the oldest to the newest.
    verdicts: new Map(verdicts.map(one => [one.entry?.address ?? one.claim.outcome.address, one])),
  };
}

function stepsOfState(input: StatusInput, evidence: Evidence): Omit<Survey, 'status'> {
  const applied = appliedInput({ ...input, removing: [] }, evidence.snapshot);
  const steps = appliedSteps(applied, evidence.snapshot);
  return {
    progress: progressOf(steps, applied, evidence),
    sittings: sittingsOf(applied.graph, steps),
  };
}

function sittingOf({ issuer, effective, steps }: Sitting): StatusSitting {
  const deployments = [...new Set(steps.map(({ deployment }) => deployment))];
  return { issuer, effective, deployments };
}

function stepOf({ step, waitsFor, ...progress }: Progress): StatusStep {
  const { number, status, recorded, since = null, reason = null, runs } = progress;
  const { title, does, address = null, script, undo = null, servers } = step;
  return {
    number,
    ...placeOf(step),
    title,
    does,
    status,
    address,
    script,
    undo,
    servers,
    remaining: progress.remaining ?? [],
    recorded,
    since,
    reason,
    waits_for: waitsFor,
    runs,
  };
}

function placeOf({ deployment, product: { shell } }: Pick<Step, 'deployment' | 'product'>): Place {
  return { deployment, where: shell.where, shell: shell.name, roles: shell.roles };
}

function checkOf(check: Check): StatusCheck {
  const { roles, command, expect } = check;
  return { ...placeOf(check), roles, command, expect };
}

/** The certificates whose end is known, and then those that nobody has shown us. */
function certificatesOf({ graph, certificates, now }: StatusInput): StatusCertificate[] {
  const known = certificateEnds(certificates).map(one => ({
    ...one,
    days_left: Math.floor((Date.parse(one.not_after) - now.getTime()) / DAY),
  }));
  const named = new Set<string>(known.map(({ address }) => address));
  const unknown = graph.resources
    .filter(({ kind, address }) => kind === 'certificate' && !named.has(address))
    .map(({ address }) => ({
      address,
      subject: null,
      thumbprint: null,
      not_after: null,
      days_left: null,
    }));
  return [...known, ...unknown].sort(byAddress);
}

function findingOf({ code, severity, summary, detail, help, address }: Diagnostic): StatusFinding {
  return { code, severity, summary, detail, help, ...(address !== undefined && { address }) };
}
