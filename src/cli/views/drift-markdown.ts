import { code, table, type Drift, type DriftedResource, type EdgeFinding } from '../../index.ts';
import { humanDiagnostics } from './diagnostics-human.ts';
import { acceptedWords, cells, notes, summary, whereabouts } from './drift-human.ts';
import { clipped, COMMENT, folded, PLAIN } from './markdown-parts.ts';
import { joinWithin, type Section } from './within.ts';

/** Drift as Markdown; foreign text stands only in code spans and fences. */
export function markdownDrift(drift: Drift): string {
  const found = humanDiagnostics(drift.diagnostics, new Map(), PLAIN).trimEnd();
  return joinWithin(
    [
      { lines: [`## Concordat drift of ${code(drift.name)}`, '', summary(drift), ''] },
      ...drift.drift.map(resource),
      list(
        'Edges',
        drift.edges.flatMap(({ address, findings }) => findings.map(one => edgeLine(address, one))),
      ),
      list('Pending, which is no drift', drift.pending.map(code)),
      list(
        'Not seen',
        drift.unseen.map(({ address, because }) => `${code(address)} ${code(clipped(because))}`),
      ),
      folded('Diagnostics', 'text', {
        lines: found === '' ? [] : found.split('\n'),
        cut: { order: 0, what: 'lines of diagnostics' },
      }),
    ],
    COMMENT,
  );
}

function resource(one: DriftedResource): Section {
  const rows = one.attributes.map(each => [
    code(each.name),
    ...cells(each).map(cell => code(clipped(cell))),
  ]);
  const said = [
    ...(one.accepted ? [acceptedWords(one.accepted)] : []),
    ...one.attributes.flatMap(notes),
  ];
  return {
    head: [`### ${code(one.address)}`, '', code(whereabouts(one))],
    lines: [
      ...(rows.length > 0 ? table(['', 'declared', 'recorded', 'observed'], rows) : ['']),
      ...said.map(line => `- ${code(clipped(line))}`),
    ],
    tail: [''],
    cut: { order: 1, what: 'lines of attributes' },
  };
}

function edgeLine(
  address: string,
  { severity, code: name, deployment, text, ...one }: EdgeFinding,
) {
  const accepted = one.accepted ? `; ${code(clipped(acceptedWords(one.accepted)))}` : '';
  const what = `${code(address)} ${code(name)} on ${code(deployment)}`;
  return `**${severity}** ${what}: ${code(clipped(text))}; ${code(one.help)}${accepted}`;
}

function list(title: string, lines: readonly string[]): Section {
  return {
    head: [`### ${title}`, ''],
    lines: lines.map(line => `- ${line}`),
    tail: [''],
    cut: { order: 2, what: 'lines' },
  };
}
