import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import { nearest } from '../kernel/suggest.ts';
import { undoPath } from '../products/scripts.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { appliedChecks, installationThen } from '../render/applied.ts';
import { checkLines } from '../render/checks.ts';
import { block, code, prose, table } from '../render/markdown.ts';
import {
  digests,
  gateWarnings,
  passage,
  refusedCalls,
  stepLines,
  whole,
  windows,
} from '../render/runbook-parts.ts';
import { sittingLines } from '../render/sittings.ts';
import type { Progress } from './progress.ts';
import type { Run } from './runs.ts';
import type { StatusInput, Survey } from './status.ts';

/** What one side needs of the runbook, with what is done already: a page to mail or to print. */
export function handOut(survey: Survey, input: StatusInput, side: string): string {
  const { progress, sittings } = survey;
  const own = progress.filter(({ step }) => step.deployment === side);
  const { snapshot } = input;
  if (!snapshot || own.length === 0) throw unknownSide(side, progress);
  const steps = progress.map(({ step }) => step);
  const handovers = handoversOf(progress);
  const installation = installationThen(side, input, snapshot);
  const checks = appliedChecks(input, snapshot);
  return whole([
    ...opening(survey, snapshot, side),
    ...gateWarnings(
      snapshot.resources.filter(one => one.deployment === side),
      () => own[0]?.step.product,
    ),
    ...overview(own),
    ...passage('before'),
    ...own.flatMap(one => stepLines(one.step, one.number, steps, told(one, handovers))),
    ...checkLines(checks.filter(({ deployment }) => deployment === side)),
    ...toReturn(own, side),
    ...sittings
      .filter(sitting => sitting.steps.some(({ deployment }) => deployment === side))
      .flatMap(sitting => sittingLines(sitting, side)),
    ...(installation ? refusedCalls([installation]) : []),
    ...digests(filesOf(snapshot, side)),
  ]);
}

function unknownSide(side: string, progress: readonly Progress[]): Refusal {
  const known = [...new Set(progress.map(({ step }) => step.deployment))].sort();
  const detail = `no step of the last apply is one of ${JSON.stringify(side)}`;
  const close = nearest(side, known);
  const help =
    known.length === 0
      ? 'concordat apply'
      : `${close === undefined ? '' : `did you mean ${close}? `}steps have ${known.join(', ')}`;
  return new Refusal('cli/unknown-side', { detail, help }, EXIT.invalid);
}

function opening({ status }: Survey, { edges, resources }: Snapshot, side: string): string[] {
  const { name, serial, clock, pending } = status;
  const going = resources.filter(one => one.standing === 'removing' && one.deployment === side);
  return [
    `# Hand-out for ${prose(side)}: ${prose(name)}`,
    '',
    `Printed by Concordat at ${clock} from the state with serial ${serial} and the receipts that ` +
      'were there. It goes with the folder that the last apply wrote, and numbers the steps as ' +
      `${code('RUNBOOK.md')} there does.`,
    '',
    ...(pending
      ? [
          '**Changes of the topology were not applied.** Ask before you begin: steps may change.',
          '',
        ]
      : []),
    'When all steps are done:',
    '',
    ...edges.flatMap(({ address, attributes }) => {
      const [, acceptor = '', issuer = ''] = address.split('/');
      if (acceptor !== side && issuer !== side) return [];
      const as = code(String(attributes['issuer']));
      return [`- ${code(acceptor)} accepts tokens of ${code(issuer)}, which signs as ${as}.`];
    }),
    ...going.map(({ address }) => `- ${code(address)} is taken back.`),
    '',
  ];
}

function overview(own: readonly Progress[]): string[] {
  return table(
    ['step', 'what', 'script', 'status'],
    own.map(({ number, step, status }) => [
      String(number),
      prose(step.title),
      code(windows(step.script)),
      STATUS[status],
    ]),
  );
}

const STATUS: Readonly<Record<Progress['status'], string>> = {
  done: 'done',
  confirmed: 'confirmed by hand',
  failed: '**failed**',
  changed: '**to be run again**',
  next: '**next**',
  waiting: 'waiting',
  untold: 'cannot be told',
};

/** Where a step stands, and what it has to do with steps of others. */
function told(one: Progress, handovers: readonly Handover[]): string[] {
  const titled = ({ number, step }: Progress): string => `step ${number} (${prose(step.title)})`;
  const before = handovers.filter(({ to }) => to === one).map(({ from }) => from);
  const after = handovers.filter(({ from }) => from === one).map(({ to }) => to);
  return [
    `- Status: ${[STATUS[one.status], ...one.runs.map(ran), ...saidOf(one)].join('; ')}`,
    ...before.map(other => {
      const stands = STATUS[other.status];
      return `- Wait for: ${code(other.step.deployment)}, ${titled(other)}; it is: ${stands}`;
    }),
    ...after.map(
      other => `- Then tell: ${code(other.step.deployment)}, whose ${titled(other)} waits for it`,
    ),
  ];
}

/** One side must be done with a step before another side begins one. */
interface Handover {
  readonly from: Progress;
  readonly to: Progress;
}

/** What sides wait for of each other, once: not again what an earlier step has waited for. */
function handoversOf(progress: readonly Progress[]): Handover[] {
  const waited = new Map<string, Set<number>>();
  return progress.flatMap(to => {
    const side = to.step.deployment;
    const seen = waited.get(side) ?? new Set();
    waited.set(side, new Set([...seen, ...to.after]));
    return to.after
      .filter(number => !seen.has(number))
      .flatMap(number => progress[number - 1] ?? [])
      .filter(from => from.step.deployment !== side)
      .map(from => ({ from, to }));
  });
}

function ran({ result, script, host, user, finished }: Run): string {
  const what = script === undoPath(script) ? 'taken back' : (result ?? 'ran');
  const when = finished.replace(/\.\d+/, '');
  return `${what} on ${code(host)} by ${code(user)} at ${prose(when)}`;
}

function saidOf({ recorded, reason, remaining = [], step }: Progress): string[] {
  return [
    ...(recorded ? [] : ['the receipt is not recorded yet']),
    ...(reason === undefined ? [] : [prose(reason)]),
    ...(remaining.length > 0 && remaining.length < step.servers.length
      ? [`still to do: ${remaining.map(code).join(', ')}`]
      : []),
    ...(step.does === 'check' ? ['it leaves no receipt'] : []),
  ];
}

/** Which files a person sends back, and what becomes of them. */
function toReturn(own: readonly Progress[], side: string): string[] {
  const scripts = own.filter(({ step }) => step.does !== 'check').map(({ step }) => step.script);
  const files = [...new Set(scripts)].map(
    script => `receipts\\${script.replace('/scripts/', '-').replace(/\.ps1$/, '')}-*.json`,
  );
  return [
    '## Send back',
    '',
    'Every run left a receipt on the server where it ran, also one that failed or was taken ' +
      'back. Send these files, unchanged, to whoever gave you this page:',
    '',
    ...files.map(file => `- ${code(file)}`),
    '',
    `They belong into the ${code('receipts')} folder beside the topology. Then, on the jump host:`,
    ...block(['concordat record', `concordat status --for ${side}`], 'console'),
  ];
}

function filesOf({ artifacts }: Snapshot, side: string): { path: string; sha256: string }[] {
  return Object.entries(artifacts)
    .filter(([path]) => path.startsWith(`${side}/`))
    .map(([path, sha256]) => ({ path, sha256 }));
}
