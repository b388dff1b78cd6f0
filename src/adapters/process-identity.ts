import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who runs: enough to tell later whether it still does. */
export interface ProcessIdentity {
  readonly host: string;
  /** Boot of the machine and process namespace; empty where the system does not tell. */
  readonly boot: string;
  readonly pid: number;
  /** Start of the process in ticks since boot; empty where the system does not tell. */
  readonly started: string;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return {
    host: hostname(),
    boot: bootIdentity(),
    pid: process.pid,
    started: statOf(process.pid)?.started ?? '',
  };
}

/** What can be told of a process from here. */
export type Life = 'alive' | 'gone' | 'unknown';

/**
 * Whether a process still runs. Another host, another boot, another container and a system without
 * /proc leave doubt.
 */
export function lifeOf(holder: ProcessIdentity): Life {
  if (holder.host !== hostname() || holder.boot !== bootIdentity()) return 'unknown';
  if (!exists(holder.pid)) return 'gone';
  const stat = statOf(holder.pid);
  if (!stat) return 'unknown';
  // A number that was given to a new process starts later; a zombie runs no more.
  const reused = holder.started !== '' && stat.started !== holder.started;
  if (reused || stat.state === 'Z' || stat.state === 'X') return 'gone';
  return holder.started === '' ? 'unknown' : 'alive';
}

/** Whether a process has certainly ended; in doubt it has not. */
export function hasEnded(holder: ProcessIdentity): boolean {
  return lifeOf(holder) === 'gone';
}

// Containers of one machine share its boot id but number their processes separately.
function bootIdentity(): string {
  const boot = readOr(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const space = readOr(() => readlinkSync('/proc/self/ns/pid'));
  return boot && `${boot} ${space}`;
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code !== 'ESRCH';
  }
}

function statOf(pid: number): { state: string; started: string } | undefined {
  const text = readOr(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // proc(5): the second field is the command in parentheses, which may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  return state && started ? { state, started } : undefined;
}

function readOr(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
