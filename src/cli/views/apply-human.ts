import type { ApplyEvent, ApplyResult } from '../../index.ts';
import type { Terminal } from '../terminal.ts';

/** Tells progress on stderr, a line an event. */
export function humanProgress({ err }: Terminal): (event: ApplyEvent) => void {
  return event => {
    const line = progressLine(event);
    if (line !== '') err(`${line}\n`);
  };
}

function progressLine(event: ApplyEvent): string {
  switch (event.kind) {
    case 'took-over':
      return `took the lock over from ${event.holder}, which is no longer running`;
    case 'resumed':
      return 'an earlier apply was broken off; going on from there';
    case 'surveyed':
      return event.steps === 0 ? '' : `${event.steps} files to write or delete, ${event.kept} stay`;
    case 'proving':
      return 'proving every trust edge in memory';
    case 'proved':
      return 'proved';
    case 'wrote':
      return `wrote ${event.path}`;
    case 'deleted':
      return `deleted ${event.path}`;
    case 'recorded':
      return `recorded as serial ${event.serial}`;
    default:
      return event satisfies never;
  }
}

/** The closing words of an apply. */
export function humanOutcome(outcome: ApplyResult, folder: string): string {
  const { written, deleted, kept, serial } = outcome;
  switch (outcome.outcome) {
    case 'unchanged':
      return `No changes. ${kept} files are as they should be.\n`;
    case 'interrupted':
      return (
        `Interrupted: ${written.length} files written, whole; ${outcome.left} steps are left.\n` +
        'Go on with: concordat apply\n'
      );
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
