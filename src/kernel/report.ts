import { CODES, type Code } from '../generated/codes.ts';
import type { Path } from './json.ts';

export type { Code } from '../generated/codes.ts';

/** Errors refuse the run, warnings do not (but see `--strict`), infos only tell. */
export type Severity = 'error' | 'warning' | 'info';

/** Where something was written; lines and columns count from 1, the end is exclusive. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The part of a map entry that a diagnostic points at. */
export type Part = 'key' | 'value';

/** A problem as data: constant summary, specific detail, help that can be acted on. */
export interface Diagnostic {
  readonly code: Code;
  /** The validation rule (`R02`), where one stands behind the code. */
  readonly rule?: string;
  readonly severity: Severity;
  /** The same words every time; never the user's own names. */
  readonly summary: string;
  /** What was found here and what was expected. */
  readonly detail: string;
  /** What to do next, in one or two sentences. */
  readonly help: string;
  /** The resource, edge or declaration this is about; what a waiver names. */
  readonly address?: string;
  readonly place?: Place;
  readonly related: readonly Related[];
  /** The value at the place may be a secret: the excerpt must not show it. */
  readonly masked?: boolean;
  /** Set when a waiver of the topology settles this finding. */
  readonly waived?: { readonly reason: string; readonly until: string };
}

/** Another place that has to do with a problem. */
export interface Related {
  readonly place: Place;
  readonly text: string;
}

/** Another path of the topology that has to do with a problem. */
export interface RelatedPath {
  readonly at: Path;
  readonly part?: Part;
  readonly text: string;
}

/** What a phase says of one problem; the catalogue adds severity, rule and summary. */
export interface Finding {
  readonly detail: string;
  readonly help: string;
  /** The path in the topology; the report turns it into a place. */
  readonly at?: Path;
  readonly part?: Part;
  /** The place itself, where there is no path (unreadable files, other inputs). */
  readonly place?: Place;
  readonly address?: string;
  readonly related?: readonly (Related | RelatedPath)[];
  readonly masked?: boolean;
}

/** Collects what the phases find. Phases report and go on; only bugs throw. */
export interface Report {
  add(code: Code, finding: Finding): void;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether an error was reported (waived ones do not count). */
  readonly failed: boolean;
}

/** Turns a path of the topology into the place where it was written. */
export type Locate = (at: Path, part: Part) => Place | undefined;

/**
 * A new, empty report. `locate` finds the places; without it only given places are known. Every
 * problem is kept, because a later one decides the run where a waiver settles the earlier ones;
 * how many of a flood are shown is for the views.
 */
export function createReport(locate: Locate = () => undefined): Report {
  const diagnostics: Diagnostic[] = [];
  return {
    add(code, finding) {
      diagnostics.push(diagnose(code, finding, locate));
    },
    get diagnostics() {
      return diagnostics;
    },
    get failed() {
      return diagnostics.some(isError);
    },
  };
}

/** Whether a diagnostic refuses the run. */
export function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error' && diagnostic.waived === undefined;
}

interface CodeFacts {
  readonly rule?: string;
  readonly severity: Severity;
  readonly summary: string;
}

/** Makes one diagnostic of a finding. */
export function diagnose(code: Code, finding: Finding, locate: Locate): Diagnostic {
  const known: CodeFacts = CODES[code];
  const place = finding.place ?? (finding.at && locate(finding.at, finding.part ?? 'value'));
  return {
    code,
    ...(known.rule !== undefined && { rule: known.rule }),
    severity: known.severity,
    summary: known.summary,
    detail: finding.detail,
    help: finding.help,
    ...(finding.address !== undefined && { address: finding.address }),
    ...(place && { place }),
    related: (finding.related ?? []).flatMap(one => {
      const found = 'at' in one ? locate(one.at, one.part ?? 'value') : one.place;
      return found ? [{ place: found, text: one.text }] : [];
    }),
    ...(finding.masked && { masked: true }),
  };
}

/** Source order: by file, then line and column; what has no place comes first. */
export function inSourceOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      compare(a.place?.file ?? '', b.place?.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      compare(a.code, b.code),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Thrown where a run cannot go on for a reason the user can mend; never for a bug. */
export class Refusal extends Error {
  readonly diagnostic: Diagnostic;
  readonly exit: number;

  constructor(code: Code, finding: Finding, exit: number) {
    super(`${code}: ${finding.detail}`);
    this.diagnostic = diagnose(code, finding, () => undefined);
    this.exit = exit;
  }
}
