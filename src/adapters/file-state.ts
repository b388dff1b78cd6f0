import { join } from 'node:path';
import { byCodeUnit, sha256 } from '../kernel/canonical.ts';
import { EXIT } from '../kernel/exit.ts';
import { Refusal } from '../kernel/report.ts';
import type { StateStore } from '../ports/state-store.ts';
import { writeAtomic } from './atomic-write.ts';
import type { LockContext } from './file-lock.ts';
import { lookAt, makeFolder, namesIn, removeFile, sweep, syncFolder } from './folder.ts';
import { readOwn } from './read-file.ts';

const GENERATIONS = 10;

/** Who only reads takes no lock. */
const locks = () => import('./file-lock.ts');

/** Where a project keeps what it knows, below its `.concordat` folder. */
export function statePlaces(folder: string) {
  return {
    state: join(folder, 'state.json'),
    project: join(folder, 'project.json'),
    journal: join(folder, 'journal.json'),
    lock: join(folder, 'lock'),
    history: join(folder, 'history'),
    /** Not written here; only swept, since one lock guards the whole folder. */
    keys: join(folder, 'keys'),
  };
}

/** State in files of one folder, with the last generations kept beside it. */
export function fileState(folder: string, context: LockContext): StateStore {
  const places = statePlaces(folder);
  return {
    read: async () => readOwn(places.state),
    write: async (next, after) => replaceState(places, next, after),
    history: async () =>
      generations(places.history).flatMap(name => {
        const bytes = readOwn(join(places.history, name));
        return bytes ? [{ name, bytes }] : [];
      }),
    readProject: async () => readOwn(places.project),
    writeProject: bytes => writeAtomic(places.project, bytes),
    async lock(operation, signal) {
      makeFolder(folder);
      const { takeLock } = await locks();
      const held = await takeLock(places.lock, operation, context, signal);
      for (const below of [folder, places.history, places.keys]) sweep(below);
      return held;
    },
    lockRecord: async () => (await locks()).lockRecord(places.lock),
    unlock: async request => (await locks()).unlock(places.lock, request, context),
    readJournal: async () => readOwn(places.journal),
    writeJournal: async bytes => {
      if (bytes) await writeAtomic(places.journal, bytes);
      else removeForGood(places.journal, folder);
    },
  };
}

type Places = ReturnType<typeof statePlaces>;

async function replaceState(
  places: Places,
  next: Uint8Array,
  after: string | undefined,
): Promise<void> {
  const now = readOwn(places.state);
  if ((now && sha256(now)) !== after) {
    const detail = `${places.state} was written by another run; it is left as it is`;
    throw new Refusal('state/moved', { detail, help: 'plan again' }, EXIT.notApplicable);
  }
  if (now) await keepGeneration(places.history, now);
  await writeAtomic(places.state, next);
}

/** Keeps a copy of the state that is about to be replaced, and drops the oldest ones. */
async function keepGeneration(history: string, bytes: Uint8Array): Promise<void> {
  makeFolder(history);
  const kept = generations(history);
  const sum = sha256(bytes).slice(0, 12);
  const last = kept.at(-1) ?? '';
  // A killed run has kept it already.
  if (last.endsWith(`-${sum}.json`)) return;
  const count = String(Number.parseInt(last, 10) + 1 || 1).padStart(6, '0');
  await writeAtomic(join(history, `${count}-${sum}.json`), bytes);
  for (const name of kept.slice(0, 1 - GENERATIONS)) removeFile(join(history, name));
}

/** Names of the states that were kept, oldest first. */
function generations(history: string): string[] {
  return namesIn(history)
    .filter(name => /^\d{6,}-[0-9a-f]{12}\.json$/.test(name))
    .sort(byCodeUnit);
}

function removeForGood(path: string, folder: string): void {
  if (!lookAt(path)) return;
  removeFile(path);
  syncFolder(folder);
}
