import { byCodeUnit, sha256 } from '../kernel/canonical.ts';
import { createReport, type Locate, type Report } from '../kernel/report.ts';
import { addFaults } from './fault.ts';
import type { Source } from './lines.ts';
import { createLocate, writtenText } from './locate.ts';
import { merge } from './merge.ts';
import { parse, type Tree } from './parse.ts';
import { resolve } from './resolve.ts';
import { refuseSecrets } from './secrets.ts';
import { checkShape } from './shape.ts';
import { readSource, type SourceFile } from './source.ts';
import type { Topology } from './topology.ts';

export type { Source } from './lines.ts';
export type { SourceFile } from './source.ts';

/** What came of reading a topology; there is one only where nothing was wrong with its form. */
export interface Reading {
  /** Collects on: later phases add what they find, with places. */
  readonly report: Report;
  readonly topology?: Topology;
  readonly sources: ReadonlyMap<string, Source>;
  readonly digests: readonly { readonly file: string; readonly sha256: string }[];
  readonly locate: Locate;
}

/** Reads the files of one topology, in path order whatever order they come in. */
export function readTopology(files: readonly SourceFile[]): Reading {
  const sorted = [...files].sort((a, b) => byCodeUnit(a.file, b.file));
  const trees: Tree[] = [];
  const locate = createLocate(trees);
  const report = createReport(locate);
  const sources = readFiles(sorted, trees, report);
  const topology = trees.length === sorted.length ? readWhole(trees, report) : undefined;
  return {
    report,
    sources,
    digests: sorted.map(({ file, bytes }) => ({ file, sha256: sha256(bytes) })),
    locate,
    ...(topology && { topology }),
  };
}

/** Puts a tree into `trees` for every file that can be read. */
function readFiles(
  files: readonly SourceFile[],
  trees: Tree[],
  report: Report,
): ReadonlyMap<string, Source> {
  const sources = new Map<string, Source>();
  for (const input of files) {
    const { source, faults } = readSource(input);
    sources.set(input.file, source);
    const parsing = faults.length > 0 ? { faults } : parse(source);
    if ('tree' in parsing) trees.push(parsing.tree);
    else addFaults(report, parsing.faults);
  }
  return sources;
}

function readWhole(trees: readonly Tree[], report: Report): Topology | undefined {
  const { value, faults } = merge(trees);
  addFaults(report, faults);
  if (Object.keys(value).length === 0) return undefined;
  if (refuseSecrets(value, report)) return undefined;
  const shaped = checkShape(value, at => writtenText(trees, at), report);
  return shaped && faults.length === 0 ? resolve(value) : undefined;
}
