import type { Drift, DriftedAttribute, DriftedResource, EdgeFinding } from '../../index.ts';
import { isAccepted, isError } from '../../index.ts';
import { harmless } from './cells.ts';
import { count, show, type PlanStyle } from './plan-human.ts';
import { wrap } from './wrap.ts';

/** How each kind of drift is shown. */
export const DRIFT_MARKS = {
  differs: { sign: '~', legend: 'differs from what is recorded, or else declared' },
  absent: { sign: '-', legend: 'recorded as there, and not there' },
} as const;

/** Declared, recorded and observed for a person; the last lines say what it comes to. */
export function humanDrift(drift: Drift, style: PlanStyle): string {
  const { drift: resources, edges, pending, unseen } = drift;
  const blocks = [
    legend(resources),
    ...resources.map(one => resource(one, style)),
    ...edges.map(({ address, findings }) =>
      [`  # ${address}`, ...findings.map(one => finding(one, style))].join('\n'),
    ),
    listed('Pending: declared, and not carried out yet', pending),
    unseenLines(unseen, style.width),
    wrap(summary(drift), '', style.width),
  ];
  return blocks.filter(block => block !== '').join('\n\n') + '\n';
}

function legend(resources: readonly DriftedResource[]): string {
  const used = new Set(resources.map(({ is }) => DRIFT_MARKS[is]));
  if (used.size === 0) return '';
  const lines = [...used].map(({ sign, legend: text }) => `    ${sign} ${text}`);
  return ['The servers are not as they were left:', ...lines.sort()].join('\n');
}

function resource(one: DriftedResource, { colors, width }: PlanStyle): string {
  const { address, is, attributes, accepted } = one;
  const head = wrap(`${address} ${whereabouts(one)}`, '  # ', width);
  const paint = isAccepted(one) ? colors.dim : colors.bold;
  return [
    paint(head),
    ...(accepted ? [wrap(`(${acceptedWords(accepted)})`, '  # ', width)] : []),
    `  ${DRIFT_MARKS[is].sign} ${address}`,
    ...(attributes.length > 0 ? columns(attributes, width) : []),
    ...attributes.flatMap(each => notes(each).map(note => wrap(`(${note})`, '      # ', width))),
  ].join('\n');
}

/** What is so where, and who saw it when. */
export function whereabouts({ is, deployment, host, collected_at: at }: DriftedResource): string {
  const what = is === 'absent' ? 'is not there' : 'differs';
  return `${what} on ${harmless(host)} of ${deployment}, read at ${at.replace(/\.\d+/, '')}`;
}

/** What must be said of an attribute beside its three values. */
export function notes({ name, as_declared: asDeclared, accepted }: DriftedAttribute): string[] {
  return [
    ...(asDeclared ? [`${name}: somebody did by hand what the topology says`] : []),
    ...(accepted ? [`${name}: ${acceptedWords(accepted)}`] : []),
  ];
}

/** Until when something is accepted, and why. */
export function acceptedWords({ reason, until }: NonNullable<DriftedResource['accepted']>): string {
  return `accepted until ${until}: ${harmless(reason)}`;
}

const HEAD = ['', 'declared', 'recorded', 'observed'] as const;

/** What the three say of an attribute. */
export function cells({ declared, recorded, observed }: DriftedAttribute): string[] {
  return [declared, recorded, observed].map(one => (one === null ? 'nothing' : show(one)));
}

/** A table where it has room, else three lines an attribute. */
function columns(attributes: readonly DriftedAttribute[], width: number): string[] {
  const rows = [[...HEAD], ...attributes.map(one => [one.name, ...cells(one)])];
  const sizes = HEAD.map((_, at) => Math.max(...rows.map(row => (row[at] ?? '').length)));
  const lines = rows.map(row =>
    ('      ' + row.map((cell, at) => cell.padEnd(sizes[at] ?? 0)).join('  ')).trimEnd(),
  );
  if (lines.every(line => line.length <= width)) return lines;
  return attributes.flatMap(one => [
    `      ${one.name}`,
    ...cells(one).map((cell, at) => wrap(cell, `        ${HEAD[at + 1] ?? ''} = `, width)),
  ]);
}

const SEVERITY = 'warning'.length;

function finding(one: EdgeFinding, { colors, width }: PlanStyle): string {
  const { code, severity, deployment, text, help, accepted } = one;
  const indent = ' '.repeat(SEVERITY + 6);
  const paint = { error: colors.red, warning: colors.yellow, info: colors.dim }[severity];
  return [
    `    ${paint(severity.padEnd(SEVERITY))}  ${code} (${deployment})`,
    wrap(harmless(text), indent, width),
    wrap(`help: ${help}`, indent, width),
    ...(accepted ? [wrap(acceptedWords(accepted), indent, width)] : []),
  ].join('\n');
}

function listed(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines.map(line => `  ${line}`)].join('\n');
}

function unseenLines(unseen: Drift['unseen'], width: number): string {
  const size = Math.max(0, ...unseen.map(({ address }) => address.length));
  const lines = unseen.map(({ address, because }) =>
    wrap(harmless(because), `  ${address.padEnd(size)}  `, width),
  );
  return lines.length === 0
    ? ''
    : ['Not seen, so that nothing is known of it:', ...lines].join('\n');
}

/** What it comes to, in a few sentences. */
export function summary({ drift, edges, pending, unseen, diagnostics }: Drift): string {
  const findings = edges.flatMap(one => one.findings).filter(one => one.severity !== 'info');
  const open = drift.filter(one => !isAccepted(one)).length;
  const faults = findings.filter(one => !one.accepted).length;
  const accepted = drift.length - open + findings.length - faults;
  const errors = diagnostics.filter(isError).length;
  const parts = [
    ...(open > 0 ? [count(open, 'resource')] : []),
    ...(faults > 0 ? [`${count(faults, 'finding')} on edges`] : []),
  ];
  return [
    parts.length > 0
      ? `Drift: ${parts.join(', ')}.`
      : unseen.length > 0
        ? 'No drift was seen.'
        : 'No drift.',
    ...(errors > 0 ? [`${count(errors, 'error')} told beside it.`] : []),
    ...(accepted > 0 ? [`${accepted} accepted.`] : []),
    ...(pending.length > 0 ? [`${pending.length} pending.`] : []),
    ...(unseen.length > 0 ? [`Incomplete: ${unseen.length} not seen.`] : []),
  ].join(' ');
}
