import type { Diagnostic, MutationReport, ProofReport } from '../../index.ts';
import { matrix } from './matrix.ts';
import { wrap } from './wrap.ts';

type EdgeProof = ProofReport['edges'][number];
type NegativeResult = EdgeProof['negative'][number];
type MutationResult = MutationReport['alterations'][number];

/** How a proof is printed. */
export interface ProofStyle {
  readonly width: number;
}

/** What each mark is worth, in the words of the legend. */
const LEGEND: Readonly<Record<EdgeProof['mark'] | 'FAILED', string>> = {
  proved: "signed with the issuer's own key, accepted",
  structure: 'the key is elsewhere: a stand-in signed, the public half was compared',
  assumed: 'not even the public half is here: only names, places and levels were proved',
  FAILED: 'a token was refused that must be accepted, or accepted that must be refused',
};

/** A proof for a person: the matrix, one line an edge, and what failed. */
export function humanProof(report: ProofReport, { width }: ProofStyle): string {
  const cells = new Map(
    report.edges.map(edge => [`${edge.issuer}/${edge.acceptor}`, cellOf(edge)]),
  );
  const marks = new Set([...cells.values()].flatMap(cell => cell.split(' > ')));
  const blocks = [
    matrix({
      corner: 'issuer \\ acceptor',
      rows: names(report.edges.map(edge => edge.issuer)),
      columns: names(report.edges.map(edge => edge.acceptor)),
      cell: (row, column) => cells.get(`${row}/${column}`) ?? '.',
      width,
    }),
    Object.entries(LEGEND)
      .filter(([mark]) => marks.has(mark))
      .map(([mark, text]) => wrap(text, `  ${mark.padEnd('structure'.length)}  `, width))
      .join('\n'),
    report.edges.map(edge => wrap(tally(edge), `  ${edge.address}: `, width)).join('\n'),
    report.failures.map(failure => failureText(failure, width)).join('\n\n'),
    conclusion(report, width),
  ];
  return blocks.filter(block => block !== '').join('\n\n') + '\n';
}

function names(all: readonly string[]): string[] {
  return [...new Set(all)].sort();
}

/** One mark; two where a certificate roll is declared, today's first. */
function cellOf(edge: EdgeProof): string {
  if (edge.verdict === 'failed') return 'FAILED';
  const moments = (['now', 'after'] as const).flatMap(
    when => edge.positive.find(one => one.when === when)?.mark ?? [],
  );
  return moments.length === 0 ? edge.mark : moments.join(' > ');
}

function tally(edge: EdgeProof): string {
  const accepted = edge.positive.filter(one => one.accepted).length;
  const refused = edge.negative.filter(isRefused).length;
  const rolls = edge.positive.some(one => one.when === 'after');
  return (
    `${accepted} of ${edge.positive.length} tokens accepted` +
    `${rolls ? ', today and from the effective date on' : ''}, ` +
    `${refused} of ${edge.negative.length} forgeries refused by the expected rule`
  );
}

function isRefused(one: NegativeResult): boolean {
  return one.refused_by === one.expected;
}

function failureText(failure: Diagnostic, width: number): string {
  const where = [failure.address, failure.place && placeText(failure.place)].filter(Boolean);
  return [
    `${failure.severity}: ${failure.summary} [${failure.code}]`,
    ...where.map(one => `  ${one}`),
    wrap(failure.detail, '  ', width),
    wrap(failure.help, '  help: ', width),
  ].join('\n');
}

function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

function conclusion(report: ProofReport, width: number): string {
  const { edges, failures } = report;
  const failed = edges.filter(edge => edge.verdict === 'failed').length;
  if (report.verdict === 'passed') {
    return wrap(`Proved: ${count(edges.length, 'trust edge')}, nothing failed.`, '', width);
  }
  const text =
    `Not proved: ${failed} of ${count(edges.length, 'trust edge')} failed, ` +
    `${count(failures.length, 'finding')}. Nothing may be run on a server from these files.`;
  return wrap(text, '', width);
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`;
}

/** What became of every alteration: a count of each, then those that no trust edge depends on. */
export function humanMutations(report: MutationReport, { width }: ProofStyle): string {
  const by = (caught: string): readonly MutationResult[] =>
    report.alterations.filter(one => one.caught === caught);
  const lines = [
    `${count(report.alterations.length, 'alteration')}, one at a time, digests switched off:`,
    `  ${by('token').length} refused as a token`,
    `  ${by('check').length} found by a check without tokens`,
    `  ${by('guard').length} on which no trust edge depends`,
    `  ${report.unnoticed.length} that nothing notices`,
  ];
  const guarded = by('guard').map(one =>
    wrap(`guarded by ${one.by.join(', ')}`, `  ${placeText(one)} ${one.what}: `, width),
  );
  const unnoticed = report.unnoticed.map(one => `  ${placeText(one)} ${one.what}: not noticed`);
  const blocks = [lines.join('\n'), guarded.join('\n'), unnoticed.join('\n')];
  return blocks.filter(block => block !== '').join('\n\n') + '\n';
}
