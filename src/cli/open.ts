import { join, relative } from 'node:path';
import {
  certificateEnds,
  EXIT,
  openProject,
  Refusal,
  type Checked,
  type Diagnostic,
  type Place,
  type Project,
  type ProjectOptions,
} from '../index.ts';
import type { CommonOptions } from './command.ts';
import type { Terminal } from './terminal.ts';
import { harmless } from './views/cells.ts';
import { humanDiagnostics } from './views/diagnostics-human.ts';
import { jsonDiagnostics } from './views/diagnostics-json.ts';

/** Opens the project that the options name. */
export function open(options: CommonOptions, terminal: Terminal): Promise<Project> {
  return openProject({
    ...(options.topology !== undefined && { topology: options.topology }),
    ...(options.artifacts !== undefined && { artifacts: options.artifacts }),
    ...(options.at !== undefined && { at: instant(options.at) }),
    ...(options.lockTimeout !== undefined && { lockWait: lockWait(options.lockTimeout, terminal) }),
    // Most runs need no key.
    passphrase: async fresh =>
      (await import('./passphrase.ts')).passphrase(options, terminal, fresh),
  });
}

function lockWait(timeout: number, { err }: Terminal): Required<ProjectOptions>['lockWait'] {
  const most = `waiting at most ${timeout / 1000} s`;
  return { timeout, tell: found => err(`${most}: ${harmless(found)}\n`) };
}

/** Prints what a check found, where people or machines look for it. */
export function printDiagnostics(
  checked: Checked,
  project: Project,
  options: CommonOptions,
  terminal: Terminal,
): void {
  const { diagnostics, sources } = seenFromHere(checked, project);
  const ends = certificateEnds(checked.subject?.certificates ?? []);
  if (options.format === 'json') terminal.out(jsonDiagnostics(diagnostics, sources, ends));
  else if (diagnostics.length > 0) {
    terminal.err(humanDiagnostics(diagnostics, sources, terminal));
  }
}

/** What was found, and the texts it was found in. */
export interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Checked['reading']['sources'];
}

/** Files are named as seen from the current folder, so that editors can follow. */
export function seenFromHere(
  checked: Pick<Checked, 'diagnostics' | 'reading'>,
  { folder }: Pick<Project, 'folder'>,
): Findings {
  const here = relative(process.cwd(), folder);
  return renamed(checked, file => join(here, file).replaceAll('\\', '/'));
}

/** Findings with other names for their files. */
export function renamed(
  { diagnostics, reading: { sources } }: Pick<Checked, 'diagnostics' | 'reading'>,
  named: (file: string) => string,
): Findings {
  const moved = (place: Place): Place => ({ ...place, file: named(place.file) });
  return {
    diagnostics: diagnostics.map(one => ({
      ...one,
      ...(one.place && { place: moved(one.place) }),
      related: one.related.map(({ place, text }) => ({ place: moved(place), text })),
    })),
    sources: new Map([...sources].map(([file, source]) => [named(file), source])),
  };
}

/** Whether a check may be worked on: no error, and a graph to go with it. */
export function isChecked(checked: Checked): checked is Required<Checked> {
  return checked.graph !== undefined;
}

/** Whether findings refuse the run: errors do, and with `--strict` warnings too. */
export function refuses({ diagnostics }: Checked, strict = false): boolean {
  return diagnostics.some(
    ({ severity, waived }) =>
      !waived && (severity === 'error' || (strict && severity === 'warning')),
  );
}

/** An instant of the command line: a date, or a time in UTC. */
export function instant(text: string): Date {
  const date = new Date(text);
  const exact = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(text);
  if (exact && !Number.isNaN(date.getTime())) return date;
  throw new Refusal(
    'cli/instant',
    {
      detail: `"${text}" is not an instant`,
      help: 'write a date (2030-01-31) or an instant in UTC (2030-01-31T08:00:00Z)',
    },
    EXIT.usage,
  );
}
