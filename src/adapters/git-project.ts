import { posix } from 'node:path';
import { byCodeUnit } from '../kernel/canonical.ts';
import type { Files } from '../ports/files.ts';
import { git, gitRefusal } from './git.ts';
import { memoryWorld } from './memory.ts';
import type { Project } from './open-project.ts';

/** A topology as it was at a revision. */
export interface Revision {
  readonly revision: string;
  /** As git reads it: from the root of the repository, after `./` from here; empty: the usual. */
  readonly path: string;
}

/** Takes `REV:PATH` apart; undefined for what is none. */
export function revisionOf(word: string): Revision | undefined {
  const colon = word.indexOf(':');
  if (colon < 1) return undefined;
  return { revision: word.slice(0, colon), path: word.slice(colon + 1) };
}

/** One file of a commit. */
interface Entry {
  readonly mode: string;
  readonly path: string;
}

/** Opens a topology of a revision; what it names is read from the same commit. */
export function openRevision({ revision, path }: Revision, here: string): Project {
  const prefix = git(['rev-parse', '--show-prefix'], here);
  if (prefix.status !== 0) {
    const help = 'call it in a clone, or name files that are there';
    throw gitRefusal('git/no-repository', `git: ${prefix.said || 'no repository'}`, help);
  }
  const commit = commitOf(revision, here);
  const root = prefix.out.toString().replace(/\n$/, '');
  const { folder, paths } = topologyAt(commit, fromRoot(path, root), { revision, here });
  const read = blobReader(commit, here);
  return {
    folder: `${revision}:${folder}`,
    files: paths.map(one => ({
      file: posix.relative(folder, one),
      bytes: bytesOf(read(one, 64 * 2 ** 20)),
    })),
    world: { ...memoryWorld(), now: () => new Date(), files: filesBelow(folder, read) },
  };
}

function commitOf(revision: string, here: string): string {
  const known = /^-/.test(revision)
    ? undefined
    : git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], here);
  const commit = known?.out.toString().trim() ?? '';
  if (known?.status === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return commit;
  throw gitRefusal(
    'git/no-revision',
    `${revision} is no revision of this repository`,
    'name a branch, tag or commit that is here; a pipeline may have to fetch it first',
  );
}

/** `./` and `../` are meant from here, everything else from the root, as git has it. */
function fromRoot(path: string, prefix: string): readonly string[] {
  if (path === '') return ['topology.yaml', 'topology'].map(name => posix.join(prefix, name));
  const whole = /^\.\.?(\/|$)/.test(path) ? posix.join(prefix, path) : posix.normalize(path);
  return [whole.replace(/\/$/, '')];
}

function topologyAt(
  commit: string,
  candidates: readonly string[],
  { revision, here }: { readonly revision: string; readonly here: string },
): { readonly folder: string; readonly paths: readonly string[] } {
  for (const path of candidates) {
    const entries = entriesOf(commit, path, here).filter(({ mode }) => mode.startsWith('100'));
    const folder = posix.dirname(path);
    if (entries.some(one => one.path === path)) return { folder, paths: [path] };
    const yaml = entries.map(one => one.path).filter(one => /\.ya?ml$/.test(one));
    if (yaml.length > 0) return { folder, paths: yaml.sort(byCodeUnit) };
  }
  throw gitRefusal(
    'git/no-topology',
    `${candidates.join(' and ')}: no YAML file is there at ${revision}`,
    'name the path from the root of the repository, or after ./ from here: REV:PATH',
  );
}

/** Files at or below a path of a commit. */
function entriesOf(commit: string, path: string, here: string): Entry[] {
  const listed = git(['ls-tree', '-r', '-z', '--full-tree', commit, '--', path], here);
  const lines = listed.status === 0 ? listed.out.toString().split('\0') : [];
  return lines.flatMap(line => {
    const [, mode = '', at = ''] = /^(\d+) \S+ \S+\t(.*)$/s.exec(line) ?? [];
    return at === '' ? [] : [{ mode, path: at }];
  });
}

type Blob = Uint8Array | 'too-large' | undefined;

function blobReader(commit: string, here: string): (path: string, most: number) => Blob {
  return (path, most) => {
    const { status, out } = git(['cat-file', 'blob', `${commit}:${path}`], here, most + 1);
    if (status === 'too-large' || out.length > most) return 'too-large';
    return status === 0 ? out : undefined;
  };
}

/** Files as a topology names them; what lies outside of the repository is not there. */
function filesBelow(folder: string, read: (path: string, most: number) => Blob): Files {
  return {
    read: async (path, most) => {
      const whole = posix.join(folder, path.replaceAll('\\', '/'));
      return posix.isAbsolute(path) || /^\.\.(\/|$)/.test(whole) ? undefined : read(whole, most);
    },
  };
}

function bytesOf(blob: Blob): Uint8Array {
  if (blob instanceof Uint8Array) return blob;
  const detail = 'a file of the topology cannot be read, or is larger than 64 MiB';
  throw gitRefusal('git/no-topology', detail, 'split it into several files in one folder');
}
