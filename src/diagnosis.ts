import type { Diagnosis } from './diagnose/diagnose.ts';

export type { Diagnosis } from './diagnose/diagnose.ts';

/** What a header, lines of a log or a token point at. Nothing of them is kept. */
export async function diagnose(bytes: Uint8Array, now: Date): Promise<Diagnosis> {
  // The table is long, and no other command asks it.
  return (await import('./diagnose/diagnose.ts')).diagnose(bytes, now);
}
