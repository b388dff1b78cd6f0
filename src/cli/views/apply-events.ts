import {
  Refusal,
  VERSION,
  type ApplyEvent,
  type ApplyProgress,
  type ApplyResult,
  type Diagnostic,
  type EventDocument,
  type Plan,
  type ProofReport,
} from '../../index.ts';
import type { Terminal } from '../terminal.ts';

/** Version of this form; a new minor version only adds. */
const FORMAT = '1.1';

/** A document of which nothing is changed. */
type Still<T> = T extends object ? { readonly [Key in keyof T]: Still<T[Key]> } : T;

/** An event without its moment. */
type Bare<Event = EventDocument> = Event extends unknown ? Still<Omit<Event, 'at'>> : never;

/** An apply as events for machines, of which `schema event` tells the form. */
export interface EventStream {
  diagnostics(found: readonly Diagnostic[]): void;
  plan(plan: Plan): void;
  listen(event: ApplyEvent): void;
  proof(report: ProofReport): void;
  outcome(result: ApplyResult): void;
}

/** Prints one event a line, the first of them at once; `again` is the command that goes on. */
export function eventStream({ out }: Terminal, now: () => Date, again: string): EventStream {
  let lost: Refusal | undefined;
  const emit = (event: Bare): void => {
    try {
      out(JSON.stringify({ ...event, at: now().toISOString() }) + '\n');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // Amid an apply a line that cannot be printed stops nothing halfway; it is told at the end.
      lost ??= error;
    }
  };
  emit({ type: 'version', format_version: FORMAT, tool: VERSION });
  const diagnostics = (found: readonly Diagnostic[]): void => {
    for (const diagnostic of found) emit({ type: 'diagnostic', diagnostic });
  };
  return {
    diagnostics,
    plan: ({ checksum, trust, summary }) =>
      emit({ type: 'change_summary', checksum, trust: trust.reading, changes: summary }),
    listen: event => {
      for (const one of eventsOf(event, again)) emit(one);
    },
    proof: ({ edges, failures }) => {
      for (const { address: edge, acceptor, issuer, mark, verdict } of edges) {
        emit({ type: 'proof_result', edge, acceptor, issuer, mark, verdict });
      }
      diagnostics(failures);
    },
    outcome: result => {
      const more = result.outcome === 'interrupted' ? { go_on: again } : {};
      emit({ type: 'outcome', ...result, ...more });
      if (lost) throw lost;
    },
  };
}

function eventsOf(event: ApplyEvent, again: string): Bare[] {
  switch (event.kind) {
    case 'took-over':
      return [{ type: 'lock_taken_over', holder: event.holder }];
    case 'resumed':
      return [{ type: 'resumed', checksum: event.checksum }];
    case 'surveyed':
      return [{ type: 'steps', steps: event.steps, kept: event.kept }];
    case 'proving':
      return [{ type: 'proof_start' }];
    case 'proved':
      // Each edge has its result.
      return [];
    case 'writing':
    case 'deleting':
      return [{ type: 'apply_start', action: ACTIONS[event.kind], path: event.path }];
    case 'wrote':
    case 'deleted':
      return [{ type: 'apply_complete', action: ACTIONS[event.kind], path: event.path }];
    case 'recorded':
      return [{ type: 'recorded', serial: event.serial }];
    case 'failed':
      return [
        ...errored(event.progress),
        { type: 'outcome', outcome: 'failed', ...event.progress, go_on: again },
      ];
    default:
      return event satisfies never;
  }
}

const ACTIONS = {
  writing: 'write',
  wrote: 'write',
  deleting: 'delete',
  deleted: 'delete',
} as const;

function errored({ failed }: ApplyProgress): Bare[] {
  return failed === null ? [] : [{ type: 'apply_errored', path: failed }];
}
