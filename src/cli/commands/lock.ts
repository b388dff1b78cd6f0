import { EXIT, lockRecord, unlock as release } from '../../index.ts';
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
  const now = project.world.now();
  terminal.out(options.format === 'json' ? jsonLocks(lock) : humanLock(lock, now));
  return EXIT.done;
};

/** `concordat unlock [ID]`: releases the lock of a run that is known to be gone. */
export const unlock: Run<UnlockOptions> = async (options, terminal) => {
  const { id, ifExpired = false } = options;
  const project = await open(options, terminal);
  const released = await release(project, { ...(id !== undefined && { id }), ifExpired });
  terminal.out(released === undefined ? NO_LOCK : `Released ${harmless(released)}.\n`);
  return EXIT.done;
};
