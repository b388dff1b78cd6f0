/** How one part of the kill campaign went. */
export interface Outcome {
  readonly kind: string;
  readonly points: number;
  readonly tried: number;
  readonly missed: number;
  readonly broken: readonly string[];
}

/** Runs one kind of hit at no more than `most` places. */
export function campaign(kind: string, most?: number): Promise<Outcome>;
