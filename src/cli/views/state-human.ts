import type { FormerState, HandRequest, Snapshot, StateEntry } from '../../index.ts';
import { harmless } from './cells.ts';

/** A state for a person: whose, how old its history is, and where each resource stands. */
export function humanState(snapshot: Snapshot): string {
  const size = Math.max(0, ...snapshot.resources.map(({ address }) => address.length));
  const lines = snapshot.resources.map(({ address, standing, since, script }) =>
    `  ${address.padEnd(size)}  ${standing.padEnd(8)}  since ${since}  ${script ?? ''}`.trimEnd(),
  );
  return [headOf(snapshot), ...lines].join('\n') + '\n';
}

/** One resource: where it stands, and the attributes that were declared. */
export function humanEntry(entry: StateEntry): string {
  const { address, standing, since, script, attributes, claim, protect } = entry;
  const size = Math.max(0, ...Object.keys(attributes).map(key => key.length));
  const lines = Object.entries(attributes).map(
    ([key, value]) => `  ${key.padEnd(size)} = ${harmless(JSON.stringify(value))}`,
  );
  const by = script === null ? '' : `, by ${script}`;
  const notes = [
    ...(protect ? ['  protected'] : []),
    ...(claim === undefined ? [] : [`  claimed to be there as ${harmless(JSON.stringify(claim))}`]),
  ];
  return [`${address}: ${standing} since ${since}${by}`, ...notes, ...lines].join('\n') + '\n';
}

/** The states that were, as far as they are kept, and what people changed by hand. */
export function humanHistory(state: Snapshot, former: readonly FormerState[]): string {
  const all = [...former, { name: 'now', state }];
  const size = Math.max(...all.map(({ name }) => name.length));
  const lines = all.map(({ name, state: one }) => {
    const said = one ? `serial ${one.serial}  ${standings(one)}` : 'of another format';
    return `  ${name.padEnd(size)}  ${said}`;
  });
  const hands = state.by_hand.map(({ serial, at, did, address, to, reason }) => {
    const what = to === undefined ? address : `${address} to ${to}`;
    return `  serial ${serial}  ${at}  ${did} ${what}: ${harmless(reason)}`;
  });
  const byHand = hands.length > 0 ? ['By hand:', ...hands] : [];
  return [headOf(state), ...lines, ...byHand].join('\n') + '\n';
}

/** What a change by hand came to. */
export function humanHand({ address, to }: HandRequest, before: Snapshot, after: Snapshot): string {
  if (to !== undefined) return `${address} is called ${to} now; state serial ${after.serial}\n`;
  const standing = (one: Snapshot): string =>
    one.resources.find(entry => entry.address === address)?.standing ?? 'gone';
  if (before === after) return `${address} is ${standing(after)} already; nothing was changed\n`;
  return `${address}: ${standing(before)} -> ${standing(after)}; state serial ${after.serial}\n`;
}

function headOf({ topology, serial, lineage }: Snapshot): string {
  return `${topology}: serial ${serial}, lineage ${lineage}`;
}

function standings({ resources }: Snapshot): string {
  const counted = new Map<string, number>();
  for (const { standing } of resources) counted.set(standing, (counted.get(standing) ?? 0) + 1);
  const all = [...counted].map(([standing, n]) => `${n} ${standing}`);
  return all.length > 0 ? all.join(', ') : 'empty';
}
