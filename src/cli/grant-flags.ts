import type { Missing } from '../index.ts';

/** The flag that grants what is missing, for exactly the plan of this checksum. */
const FLAGS: Readonly<Record<Missing, (checksum: string) => string>> = {
  confirmation: () => '--auto-approve',
  widening: checksum => `--allow-widening=${checksum}`,
  hazard: checksum => `--allow-widening=${checksum}`,
  'mass-change': checksum => `--allow-mass-change=${checksum}`,
};

/** The flags that grant all of it. */
export function flagsFor(missing: readonly Missing[], checksum: string): string[] {
  return missing.map(one => FLAGS[one](checksum));
}
