import type { Reason } from './plan.ts';

/** What evidence says of a resource, as a plan tells it. */
export interface Sighted {
  readonly is: 'there' | 'absent';
  readonly because: Reason;
  /** It is not what was recorded: never seen before, or seen otherwise. */
  readonly news: boolean;
}

/** Address to what was seen; nothing where nobody looked, or nothing could be read. */
export type Sightings = ReadonlyMap<string, Sighted>;
