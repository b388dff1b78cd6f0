import { follower, type Rename } from '../state/rename.ts';

/** A thing of the first side under the address that the second one uses. */
export type Named<Thing> = Thing & {
  /** What the first side calls it, where that is otherwise. */
  readonly former?: string;
};

/**
 * Calls what one side holds as a later side does. A name that another thing has there already is
 * not given twice: what would get it keeps its own.
 */
export function calledAsIn(
  renames: readonly Rename[],
): <Thing extends { readonly address: string }>(things: readonly Thing[]) => Named<Thing>[] {
  const follow = follower(renames);
  return <Thing extends { readonly address: string }>(things: readonly Thing[]) => {
    const taken = new Set(things.map(({ address }) => address).filter(own => follow(own) === own));
    return things.map((thing): Named<Thing> => {
      const address = follow(thing.address);
      if (address === thing.address || taken.has(address)) return thing;
      taken.add(address);
      return { ...thing, address, former: thing.address };
    });
  };
}
