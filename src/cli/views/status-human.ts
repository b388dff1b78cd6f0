import type { Colors } from 'picocolors/types.js';
import type { Status, StatusStep } from '../../index.ts';
import { harmless } from './cells.ts';
import { count } from './plan-human.ts';
import { wrap } from './wrap.ts';

/** How a status is printed. */
export interface StatusStyle {
  readonly colors: Colors;
  readonly width: number;
  /** The folder of receipts, where it is not the usual one. */
  readonly receipts: string | undefined;
  /** Whether keys must be made before anything can be applied. */
  readonly keysMissing: boolean;
}

/** A status for a person: every step, certificates, what cannot be told, and who is next. */
export function humanStatus(status: Status, style: StatusStyle): string {
  const head = `${status.name}: state serial ${status.serial}, as of ${status.clock}`;
  const blocks = [
    [head, ...pending(status, style)].join('\n'),
    steps(status.steps, style),
    certificates(status, style),
    checks(status, style),
    sittings(status, style),
    next(status, style),
  ];
  return blocks.filter(block => block !== '').join('\n\n') + '\n';
}

function pending({ pending: isPending, serial }: Status, { width, colors }: StatusStyle): string[] {
  if (!isPending || serial === 0) return [];
  const text =
    'There are changes that were not applied: concordat plan. The steps here are those of the ' +
    'last apply.';
  return [colors.yellow(wrap(text, '', width))];
}

type Paint = keyof Pick<Colors, 'green' | 'red' | 'yellow' | 'cyan' | 'dim'>;

const PAINTS: Readonly<Record<StatusStep['status'], Paint>> = {
  done: 'green',
  confirmed: 'green',
  failed: 'red',
  changed: 'yellow',
  next: 'cyan',
  waiting: 'dim',
  untold: 'dim',
};
const LONGEST = 'confirmed'.length;

function steps(all: readonly StatusStep[], style: StatusStyle): string {
  if (all.length === 0) return '';
  const size = Math.max(...all.map(({ deployment }) => deployment.length));
  const digits = String(all.length).length;
  const counted = Object.keys(PAINTS)
    .map(name => [all.filter(({ status }) => status === name).length, name] as const)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}`);
  const lines = all.flatMap(step => {
    const { number, status, deployment, title } = step;
    const prefix = `  ${String(number).padStart(digits)}  ${status.padEnd(LONGEST)}  `;
    const text = wrap(harmless(title), `${prefix}${deployment.padEnd(size)}  `, style.width);
    const indent = ' '.repeat(prefix.length);
    return [
      text.replace(status, style.colors[PAINTS[status]](status)),
      ...details(step, style).map(line => wrap(harmless(line), indent, style.width)),
    ];
  });
  return [`Steps (${counted.join(', ')}):`, ...lines].join('\n');
}

function details(step: StatusStep, style: StatusStyle): string[] {
  const { recorded, waits_for: waitsFor } = step;
  return [
    ...step.runs.map(ran),
    ...(recorded ? [] : [`reported, not recorded yet: ${recordCommand(style)}`]),
    ...explained(step),
    ...(waitsFor.length > 0 ? [`after ${ranges(waitsFor)}`] : []),
  ];
}

function ran({ result, script, host, user, finished }: StatusStep['runs'][number]): string {
  const what = script.includes('/undo/') ? 'taken back' : (result ?? 'ran');
  return `${what} on ${host} by ${user} at ${seconds(finished)}`;
}

/** What the word for its status does not say by itself. */
function explained(step: StatusStep): string[] {
  const { status, runs, does, since, reason, remaining, servers } = step;
  const going =
    does === 'remove' && status !== 'done' ? ['still on the server, as far as known'] : [];
  switch (status) {
    case 'done':
      return runs.length > 0 ? [] : [`recorded since ${seconds(since)}; its receipt is not here`];
    case 'confirmed':
      return [`by hand at ${seconds(since)}: ${reason ?? ''}`];
    case 'failed':
      return [...going, 'read its output on that server, mend the cause, run it again'];
    case 'changed':
      return ['something has changed since it ran: run it again'];
    case 'untold':
      return does === 'check'
        ? ['cannot be told: it leaves no receipt']
        : ['cannot be told: no receipt of it is here, and what goes with it is done'];
    default:
      return remaining.length > 0 && remaining.length < servers.length
        ? [`still to do: ${remaining.join(', ')}`]
        : going;
  }
}

function certificates({ certificates: all }: Status, { width, colors }: StatusStyle): string {
  if (all.length === 0) return '';
  const size = Math.max(...all.map(({ address }) => address.length));
  const lines = all.map(({ address, subject, not_after: end, days_left: days }) => {
    const prefix = `  ${address.padEnd(size)}  `;
    if (end === null || days === null) {
      return wrap('its end is not known here', prefix, width);
    }
    const left = days < 0 ? `${count(-days, 'day')} ago` : `${count(days, 'day')} left`;
    const line = wrap(
      `ends ${end.slice(0, 10)}, ${left}  ${harmless(subject ?? '')}`,
      prefix,
      width,
    );
    return days < 0 ? colors.red(line) : line;
  });
  return ['Certificates:', ...lines].join('\n');
}

function checks({ checks: all }: Status, { width }: StatusStyle): string {
  if (all.length === 0) return '';
  const size = Math.max(...all.map(({ deployment }) => deployment.length));
  const lines = all.map(({ deployment, command }) =>
    wrap(harmless(command), `  ${deployment.padEnd(size)}  `, width),
  );
  return ['Checks of the runbook, of which nothing can be told:', ...lines].join('\n');
}

function sittings({ sittings: all }: Status, { width }: StatusStyle): string {
  return all
    .map(({ issuer, effective, deployments }) => {
      const who = deployments.join(', ');
      const text =
        `${issuer} signs with its next certificate from ${effective} on: then ${who} hold the ` +
        'second sitting of the runbook. Whether they did cannot be told.';
      return wrap(text, '', width);
    })
    .join('\n');
}

function next(status: Status, style: StatusStyle): string {
  const lines = nextLines(status, style);
  return lines.map((line, i) => wrap(line, i === 0 ? 'Next: ' : '      ', style.width)).join('\n');
}

function nextLines(
  { steps: all, next: due, pending: isPending, serial, findings }: Status,
  style: StatusStyle,
): string[] {
  if (serial === 0) {
    const prepare = 'concordat keys prepare; an apply needs the keys that are made here';
    return isPending
      ? [
          ...(style.keysMissing ? [prepare] : []),
          'concordat apply; nothing was applied yet, so there are no steps',
        ]
      : ['nothing; nothing here asks for server-to-server trust'];
  }
  const reported = all.filter(({ recorded }) => !recorded).map(({ number }) => number);
  // Recording takes all receipts of a folder or none.
  const isRefused = findings.some(
    ({ severity, code }) => severity === 'error' && code.startsWith('receipt/'),
  );
  const condition = isRefused ? ', when the receipts named as errors are mended or moved away' : '';
  const lines = [
    ...(isPending ? ['concordat plan; there are changes that were not applied'] : []),
    ...(reported.length > 0
      ? [`${recordCommand(style)}${condition}; reported, not recorded: ${ranges(reported)}`]
      : []),
    ...all.filter(({ number }) => due.includes(number)).map(turn),
  ];
  return lines.length > 0 ? lines : ['nothing; every step that leaves a receipt is done'];
}

/** Whose turn it is, with what, where and in which shell. */
function turn({ deployment, roles, script, remaining, where, shell }: StatusStep): string {
  const on = remaining.length > 0 ? `${remaining.join(', ')}, one at a time` : where;
  return harmless(`${deployment} (${roles.join(' or ')}) runs ${script} on ${on}, in ${shell}`);
}

function recordCommand({ receipts }: StatusStyle): string {
  return receipts === undefined ? 'concordat record' : `concordat record ${receipts}`;
}

function seconds(moment: string | null): string {
  return (moment ?? '').replace(/\.\d+/, '');
}

/** Numbers in order, with runs of them drawn together: `1-3, 5`. */
function ranges(numbers: readonly number[]): string {
  const groups: [number, number][] = [];
  for (const number of numbers) {
    const last = groups.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else groups.push([number, number]);
  }
  return groups.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
