/** How many rounds were played, and for each that went wrong what happened. */
export interface Rounds {
  readonly rounds: number;
  readonly faults: readonly string[];
}

/** Lets real processes compete for one lock; with `stale` each winner is killed. */
export function lockRounds(options?: {
  readonly processes?: number;
  readonly rounds?: number;
  readonly stale?: boolean;
}): Promise<Rounds>;
