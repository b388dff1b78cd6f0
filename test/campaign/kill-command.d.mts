/** How one kind of hit went. */
export interface Outcome {
  readonly points: number;
  readonly tried: number;
  readonly missed: number;
  readonly broken: readonly string[];
  /** Exit codes, as a shell would see them. */
  readonly exits: readonly number[];
  /** Longest time from the last signal to the end of the process, in seconds. */
  readonly slowest: number;
}

/** Which places are tried. */
export interface Range {
  readonly most?: number;
  readonly only?: 'keys prepare' | 'first apply' | 'second apply';
}

/** Hits the built command at system calls that change the project. */
export function commandCampaign(
  hit: 'kill' | 'SIGINT' | 'SIGTERM' | 'twice' | 'fault',
  range?: Range,
): Promise<Outcome>;
