import type { CertificateEnd, Diagnostic, Place } from '../../index.ts';
import type { Sources } from './diagnostics-human.ts';

/** Version of this form; a new minor version only adds. */
const FORMAT = '1.0';

/** Diagnostics for a program: the form of `tofu validate -json`, with our additions. */
export function jsonDiagnostics(
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  certificates: readonly CertificateEnd[] = [],
): string {
  const open = diagnostics.filter(({ waived }) => !waived);
  const count = (severity: Diagnostic['severity']) =>
    open.filter(one => one.severity === severity).length;
  const document = {
    format_version: FORMAT,
    valid: count('error') === 0,
    error_count: count('error'),
    warning_count: count('warning'),
    diagnostics: diagnostics.map(one => jsonOf(one, sources)),
    certificates,
  };
  return JSON.stringify(document, null, 2) + '\n';
}

function jsonOf(one: Diagnostic, sources: Sources): object {
  const { code, rule, severity, summary, detail, help, address, place, related, waived } = one;
  return {
    severity,
    code,
    rule: rule ?? null,
    summary,
    detail,
    help,
    address: address ?? null,
    range: place ? rangeOf(place, sources) : null,
    snippet: place && !one.masked ? snippetOf(place, sources) : null,
    related: related.map(({ place: other, text }) => ({ text, range: rangeOf(other, sources) })),
    waived: waived ?? null,
  };
}

/** Lines and columns count from 1, columns in UTF-16 units; bytes from 0; the end is exclusive. */
function rangeOf(place: Place, sources: Sources): object {
  return {
    filename: place.file,
    start: positionOf(place, [place.line, place.column], sources),
    end: positionOf(place, [place.endLine, place.endColumn], sources),
  };
}

function positionOf(
  { file }: Place,
  [line, column]: readonly [number, number],
  sources: Sources,
): object {
  const source = sources.get(file);
  return { line, column, byte: source ? source.byte(source.offset(line, column)) : 0 };
}

function snippetOf(place: Place, sources: Sources): object | null {
  const line = sources.get(place.file)?.line(place.line);
  if (line === undefined) return null;
  const end = place.endLine > place.line ? line.length : place.endColumn - 1;
  return {
    context: null,
    code: line,
    start_line: place.line,
    highlight_start_offset: Math.min(place.column - 1, line.length),
    highlight_end_offset: Math.min(Math.max(end, place.column - 1), line.length),
    values: [],
  };
}
