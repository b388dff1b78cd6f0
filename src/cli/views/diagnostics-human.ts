import type { Colors } from 'picocolors/types.js';
import type { Checked, Diagnostic, Place } from '../../index.ts';
import { harmless } from './cells.ts';
import { excerptOf } from './excerpt.ts';
import { wrap } from './wrap.ts';

/** The texts that places point into. */
export type Sources = Checked['reading']['sources'];

/** How diagnostics are printed. */
export interface DiagnosticStyle {
  readonly colors: Colors;
  readonly width: number;
}

/** How many are printed: a flood of them helps nobody. */
const MOST = 100;

/** Diagnostics for a person: place, excerpt, what is wrong, what to do; the count comes last. */
export function humanDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  style: DiagnosticStyle,
): string {
  if (diagnostics.length === 0) return '';
  const blocks = diagnostics.slice(0, MOST).map(one => block(one, sources, style));
  const more = diagnostics.length - blocks.length;
  const rest = more > 0 ? [`${more} more are not shown; --format json prints all`] : [];
  return [...blocks, ...rest, summary(diagnostics)].join('\n\n') + '\n';
}

function block(one: Diagnostic, sources: Sources, style: DiagnosticStyle): string {
  const { detail, help, related, waived } = one;
  return [
    headline(one, style),
    ...excerpt(one, sources, style),
    wrap(harmless(detail), '  ', style.width),
    ...paragraphs(help, '  help: ', style.width),
    ...related.map(({ place, text }) =>
      wrap(harmless(`see ${at(place)}: ${text}`), '  ', style.width),
    ),
    ...nameOf(one),
    ...(waived
      ? [wrap(harmless(`waived until ${waived.until}: ${waived.reason}`), '  ', style.width)]
      : []),
  ].join('\n');
}

/** `file:line:column: summary [code]`, the form that editors and pipelines make links of. */
function headline(
  { place, severity, waived, summary: words, code }: Diagnostic,
  style: DiagnosticStyle,
): string {
  const { colors } = style;
  const paint = waived
    ? colors.dim
    : { error: colors.red, warning: colors.yellow, info: colors.cyan }[severity];
  const plain = severity === 'error' && place !== undefined;
  const kind = waived ? 'waived: ' : plain ? '' : `${severity}: `;
  const where = place ? `${colors.bold(harmless(at(place)))}: ` : '';
  return `${where}${paint(`${kind}${words}`)} ${colors.dim(`[${code}]`)}`;
}

function excerpt(
  { place, masked }: Diagnostic,
  sources: Sources,
  { colors, width }: DiagnosticStyle,
): string[] {
  const line = place && sources.get(place.file)?.line(place.line);
  if (!place || line === undefined || line.trim() === '') return [];
  const { number, text, blanks, carets } = excerptOf(line, { place, masked }, width);
  const gutter = ' '.repeat(number.length);
  return [
    `${colors.dim(`${number} |`)} ${text}`,
    `${colors.dim(`${gutter} |`)} ${blanks}${colors.red(carets)}`,
  ];
}

/** What a waiver names: the rule (or else the code) and the address. */
function nameOf({ rule, address }: Diagnostic): string[] {
  const parts = [
    ...(rule === undefined ? [] : [`rule: ${rule}`]),
    ...(address === undefined ? [] : [`address: ${harmless(address)}`]),
  ];
  return parts.length > 0 ? [`  ${parts.join(', ')}`] : [];
}

/** The first line is prose; lines after it are lines to copy, and stay as they are. */
function paragraphs(text: string, prefix: string, width: number): string[] {
  const [first = '', ...lines] = text.split('\n').map(harmless);
  return [wrap(first, prefix, width), ...lines.map(line => `    ${line}`)];
}

function at({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const open = diagnostics.filter(({ waived }) => !waived);
  const counts = (['error', 'warning', 'info'] as const)
    .map(severity => [open.filter(one => one.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  const waived = diagnostics.length - open.length;
  const words = [...counts, ...(waived > 0 ? [`${waived} waived`] : [])].join(', ');
  const first = open.find(({ severity }) => severity === 'error') ?? diagnostics[0];
  return `${words}; for the whole story: concordat explain ${first?.code ?? 'CODE'}`;
}
