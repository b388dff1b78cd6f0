import { relative } from 'node:path';
import { EXIT, lockRecord, unlock as release, type FoundLock } from '../../index.ts';
import type { CommonOptions, Run } from '../command.ts';
import { open } from '../open.ts';
import { harmless } from '../views/cells.ts';
import { humanLock, jsonLocks, NO_LOCK } from '../views/lock.ts';

interface UnlockOptions extends CommonOptions {
  readonly id?: string;
  readonly ifExpired?: boolean;
}

/** `concordat lock list`: who holds the lock, and whether that one still runs. */
export const list: Run<CommonOptions> = async (options, terminal) => {
  const project = await open(options, terminal);
  const lock = await lockRecord(project);
  const style = { now: project.world.now(), width: terminal.width };
  terminal.out(options.format === 'json' ? jsonLocks(lock) : humanLock(fromHere(lock), style));
  return EXIT.done;
};

/** A file is named as seen from the current folder, which keeps the line short. */
function fromHere(lock: FoundLock | undefined): FoundLock | undefined {
  if (!lock || !('file' in lock)) return lock;
  return { ...lock, file: relative(process.cwd(), lock.file) };
}

/** `concordat unlock [ID]`: releases the lock of a run that is known to be gone. */
export const unlock: Run<UnlockOptions> = async (options, terminal) => {
  const { id, ifExpired = false } = options;
  const project = await open(options, terminal);
  const released = await release(project, { ...(id !== undefined && { id }), ifExpired });
  terminal.out(released === undefined ? NO_LOCK : `Released ${harmless(released)}.\n`);
  return EXIT.done;
};
