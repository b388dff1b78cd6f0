import { readFileSync } from 'node:fs';
import { lower } from '../../src/graph/lower.ts';
import { reportLifecycle } from '../../src/graph/lifecycle.ts';
import { createReport, inSourceOrder, isError, type Diagnostic } from '../../src/kernel/report.ts';
import { installations } from '../../src/products/installation.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { applyRules } from '../../src/rules/index.ts';
import { settle } from '../../src/rules/waivers.ts';
import { readTopology, type SourceFile } from '../../src/topology/read.ts';

/** The day on which every test takes place. */
export const NOW = new Date('2026-11-24T12:00:00Z');

/** Everything that reading and the rules find in the files of a topology, in source order. */
export function check(files: readonly SourceFile[], now = NOW): readonly Diagnostic[] {
  const { topology, report, locate } = readTopology(files);
  if (!topology) return inSourceOrder(report.diagnostics);
  const catalog = readCatalog();
  const installed = installations(topology, catalog);
  applyRules({ topology, catalog, installations: installed, certificates: [], now }, report);
  const found = inSourceOrder(settle(report.diagnostics, { topology, now, locate }));
  if (found.some(isError)) return found;
  const subject = { topology, installations: installed };
  const later = createReport(locate);
  reportLifecycle({ ...subject, graph: lower({ ...subject, certificates: [] }) }, later);
  return inSourceOrder([...found, ...later.diagnostics]);
}

/** One file of a topology. */
export function file(content: string | Uint8Array, name = 'topology.yaml'): SourceFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { file: name, bytes };
}

/** The codes that are found in the text of a topology, each once. */
export function codesIn(content: string | Uint8Array): string[] {
  return [...new Set(check([file(content)]).map(({ code }) => code))];
}

/** A base topology of the catalogue. */
export function base(name: string): string {
  const path = new URL(`../../templates/diagnostics/base/${name}/topology.yaml`, import.meta.url);
  return readFileSync(path, 'utf8');
}

/** Replaces a text that occurs exactly once. */
export function edit(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`"${from}" occurs ${parts.length - 1} times`);
  return parts.join(to);
}
