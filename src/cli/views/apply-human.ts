import type { ApplyEvent, ApplyProgress, ApplyResult } from '../../index.ts';
import type { Terminal } from '../terminal.ts';
import { harmless } from './cells.ts';

/** Tells progress on stderr, a line an event; `again` is the command that goes on. */
export function humanProgress({ err }: Terminal, again: string): (event: ApplyEvent) => void {
  return event => {
    const line = progressLine(event, again);
    if (line !== '') err(`${line}\n`);
  };
}

function progressLine(event: ApplyEvent, again: string): string {
  switch (event.kind) {
    case 'took-over':
      return `took the lock over from ${harmless(event.holder)}, which is no longer running`;
    case 'resumed':
      return 'an earlier apply was broken off; going on from there';
    case 'surveyed':
      return event.steps === 0 ? '' : `${event.steps} files to write or delete, ${event.kept} stay`;
    case 'proving':
      return 'proving every trust edge in memory';
    case 'proved':
      return 'proved';
    case 'writing':
    case 'deleting':
      return '';
    case 'wrote':
      return `wrote ${event.path}`;
    case 'deleted':
      return `deleted ${event.path}`;
    case 'recorded':
      return `recorded as serial ${event.serial}`;
    case 'failed':
      return `Stopped: ${counts(event.progress)}\nThe reason is below; then go on with: ${again}\n`;
    default:
      return event satisfies never;
  }
}

/** What was done, what failed, and what was not started. */
function counts({ written, deleted, failed, left }: ApplyProgress): string {
  const done = `${written.length + deleted.length} done`;
  const parts = `${written.length} written, ${deleted.length} deleted`;
  const one = failed === null ? '0 failed' : `1 failed (${failed})`;
  return `${done} (${parts}), ${one}, ${left} not started`;
}

/** The closing words of an apply; `again` is the command that goes on. */
export function humanOutcome(
  outcome: ApplyResult,
  { folder, again }: { readonly folder: string; readonly again: string },
): string {
  const { written, deleted, kept, serial } = outcome;
  switch (outcome.outcome) {
    case 'unchanged':
      return `No changes. ${kept} files are as they should be.\n`;
    case 'interrupted':
      return `Interrupted: ${counts(outcome)}; what was written is whole.\nGo on with: ${again}\n`;
    case 'applied':
      return (
        `Apply complete: ${written.length} files written, ${deleted.length} deleted, ` +
        `${kept} unchanged; state serial ${serial}.\n` +
        `Nothing runs by itself: follow ${folder}/artifacts/RUNBOOK.md\n`
      );
    default:
      return outcome.outcome satisfies never;
  }
}
