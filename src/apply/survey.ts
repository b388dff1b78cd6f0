import { byCodeUnit } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import type { Artifact } from '../render/artifact.ts';

/** Digests by which a file at a path is known to be ours. */
export type Known = ReadonlyMap<string, ReadonlySet<string>>;

/** One file to write, or, without bytes, to delete. */
export interface Step {
  readonly path: string;
  readonly bytes?: Uint8Array;
}

/** What has to be done in the artifact folder. */
export interface Work {
  /** Writes, then deletes, then the manifest. */
  readonly steps: readonly Step[];
  /** How many files are as they shall be. */
  readonly kept: number;
  /** Everything that is ours, before, during and after: what the journal says. */
  readonly known: Known;
}

/** The file that describes all others, and is therefore written after them. */
export const MANIFEST = 'manifest.json';

/** Where scripts that run in the artifact folder itself keep before-images and receipts. */
const OF_SCRIPTS = /^(?:before|receipts)\//;
const SHOWN = 10;

/** Compares what is there with what shall be; refuses, naming each, files that are not ours. */
export function survey(
  artifacts: readonly Artifact[],
  found: ReadonlyMap<string, string>,
  before: Known,
): Work {
  const wanted = new Map(artifacts.map(({ path, sha256 }) => [path, sha256]));
  const known = join(before, wanted);
  const present = new Map([...found].filter(([path]) => known.has(path) || !OF_SCRIPTS.test(path)));
  const others = [...present].filter(([path, sum]) => !known.get(path)?.has(sum));
  refuse(
    others.map(([path]) => path),
    before,
  );
  const writes = artifacts.filter(({ path }) => present.get(path) !== wanted.get(path));
  const deletes = [...present.keys()].filter(path => !wanted.has(path)).map(path => ({ path }));
  return {
    steps: [
      ...writes.filter(({ path }) => path !== MANIFEST),
      ...deletes,
      ...writes.filter(({ path }) => path === MANIFEST),
    ],
    kept: artifacts.length - writes.length,
    known,
  };
}

/** Known digests with one more for each path. */
export function join(known: Known, more: Iterable<readonly [string, string]>): Known {
  const joined = new Map([...known].map(([path, digests]) => [path, new Set(digests)]));
  for (const [path, sum] of more) joined.set(path, (joined.get(path) ?? new Set()).add(sum));
  return joined;
}

function refuse(others: readonly string[], before: Known): void {
  if (others.length === 0) return;
  const paths = [...others].sort(byCodeUnit);
  const edited = paths.filter(path => before.has(path));
  const foreign = paths.filter(path => !before.has(path));
  const parts = [
    ...(edited.length > 0 ? [`changed since they were written: ${names(edited)}`] : []),
    ...(foreign.length > 0 ? [`not written by concordat: ${names(foreign)}`] : []),
  ];
  const code = edited.length > 0 ? 'artifact/edited' : 'artifact/foreign';
  const detail = `in the artifact folder, ${parts.join('; ')}; nothing was written`;
  const help = 'move them out of the folder, then: concordat apply';
  throw new Refusal(code, { detail, help }, EXIT.failed);
}

function names(paths: readonly string[]): string {
  const more = paths.length - SHOWN;
  return paths.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
