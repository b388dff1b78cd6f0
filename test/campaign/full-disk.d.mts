/** How the commands went within one limit. */
export interface Squeezed {
  readonly limit: string;
  readonly points: number;
  readonly tried: number;
  readonly refused: number;
  readonly broken: readonly string[];
}

type Limit = 'room' | 'inodes' | 'file size';

/** Tries every command that writes within each limit, at no more than `most` sizes. */
export function fullDisk(
  limits: readonly Limit[],
  range?: { readonly step?: number; readonly most?: number },
): Promise<readonly Squeezed[]>;

/** Whether this user may mount a file system. */
export function mayMount(): boolean;
