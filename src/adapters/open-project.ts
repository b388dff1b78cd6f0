import { readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { byCodeUnit } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import type { World } from '../ports/world.ts';
import { ciRun } from './ci-run.ts';
import type { LockWait } from './file-lock.ts';
import { fileKeys, type AskPassphrase } from './file-keys.ts';
import { readNamed } from './read-file.ts';
import { systemWorld } from './system-world.ts';

/** Which project, and what the operator says about this run. */
export interface ProjectOptions {
  /** File or folder; default: `topology.yaml`, else `topology/`, in the current folder. */
  readonly topology?: string;
  /** Default: `artifacts` beside the topology. */
  readonly artifacts?: string;
  /** Plan as if it were this instant. */
  readonly at?: Date;
  /** Asked for only when a private key is needed. */
  readonly passphrase?: AskPassphrase;
  /** Whether to wait for another run that holds the lock; without it, a held lock refuses. */
  readonly lockWait?: LockWait;
}

/** A topology's files and the world they belong to. */
export interface Project {
  /** The folder beside which everything of the project stands. */
  readonly folder: string;
  /** Names are relative to the folder. */
  readonly files: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  readonly world: World;
}

const MOST = 64 * 2 ** 20;

/** Opens the project that a topology belongs to. Reads the topology's files, nothing else. */
export function openProject(options: ProjectOptions = {}): Project {
  const path = resolve(options.topology ?? defaultTopology());
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw missing(absent(options.topology));
  const folder = dirname(path);
  const paths = found.isDirectory() ? yamlFiles(path) : [path];
  if (paths.length === 0) throw missing(`${path} holds no YAML file`);
  const records = join(folder, '.concordat');
  const { at, lockWait, passphrase = () => Promise.resolve(undefined) } = options;
  const run = ciRun(process.env);
  const world = systemWorld({
    topology: folder,
    records,
    artifacts: resolve(options.artifacts ?? join(folder, 'artifacts')),
    keys: fileKeys(join(records, 'keys'), passphrase),
    lock: { ...(run !== undefined && { run }), ...(lockWait && { wait: lockWait }) },
  });
  return {
    folder,
    files: paths.map(one => ({ file: slashed(relative(folder, one)), bytes: read(one) })),
    world: at ? { ...world, now: () => at } : world,
  };
}

function defaultTopology(): string {
  return statSync('topology.yaml', { throwIfNoEntry: false }) ? 'topology.yaml' : 'topology';
}

function absent(topology: string | undefined): string {
  if (topology !== undefined) return `${topology} is not there`;
  return 'neither topology.yaml nor topology/ is here';
}

function yamlFiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter(name => /\.ya?ml$/.test(name))
    .sort(byCodeUnit)
    .map(name => join(folder, name));
}

function read(path: string): Uint8Array {
  const bytes = readNamed(path, MOST);
  if (bytes === undefined || bytes === 'too-large')
    throw missing(`${path} cannot be read, or is larger than 64 MiB`);
  return bytes;
}

/** Names are part of a plan's digests and must be the same on every system. */
function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

function missing(what: string): Refusal {
  return new Refusal(
    'cli/no-topology',
    {
      detail: what,
      help: 'name a topology file or folder, or write a starting one with: concordat init',
    },
    EXIT.invalid,
  );
}
