import { isSound } from '../../src/compile.ts';
import type { World } from '../../src/ports/world.ts';
import { bases, type Base } from './bases.ts';
import { examine, standingIn, worldOf, written } from './compiled.ts';
import { placesOf, put, type Place } from './places.ts';

/** One kind of place, in a base where another text than the base's is accepted if any is. */
export interface Field {
  readonly base: Base;
  readonly world: World;
  readonly place: Place;
  /** Whether the base, or the schema's own example in its place, is accepted. */
  readonly accepts: boolean;
}

/** Every kind of place once. */
export async function fieldsOf(): Promise<Field[]> {
  const found = new Map<string, Field>();
  for (const base of bases()) {
    const whole = await worldOf(base);
    for (const place of placesOf(base.value)) {
      const known = found.get(place.pointer);
      if (known?.accepts === true || (known && !base.sound)) continue;
      const world = standingIn(whole, place.written);
      const accepts = base.sound && (await isAccepted({ base, world, place }, place.written));
      if (!known || accepts) found.set(place.pointer, { base, world, place, accepts });
    }
  }
  return [...found.values()];
}

/** Whether a topology with a text at a place may go on to a plan. */
async function isAccepted(
  { base, world, place }: Omit<Field, 'accepts'>,
  text: string,
): Promise<boolean> {
  return isSound(await examine(written(put(base.value, place, text), text, false), world));
}
