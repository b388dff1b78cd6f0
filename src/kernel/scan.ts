/** A place in a text that is read from left to right. */
export interface Scan {
  readonly text: string;
  at: number;
}

/** Leaves a scan at once; caught where the scan began and nowhere else. */
export class Unreadable extends Error {
  /** Where in the text. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Gives up: what stands here is not what may stand here. */
export function stop(scan: Scan, fault: string): never {
  throw new Unreadable(fault, scan.at);
}

/** Takes what a sticky pattern matches here and moves on, or takes nothing. */
export function take(scan: Scan, pattern: RegExp): string | undefined {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text)?.[0];
  scan.at += found?.length ?? 0;
  return found;
}

/** Takes what must stand here. */
export function expect(scan: Scan, pattern: RegExp, expected: string): string {
  return take(scan, pattern) ?? stop(scan, `expected ${expected}`);
}
