import { alteredKeys, type Change } from '../../index.ts';
import { markOf, show } from './plan-human.ts';

/** A change as lines of a diff: its sign, and that of each attribute, in the first column. */
export function changeLines(change: Change): string[] {
  const { address, actions, because, hazards, needs, undo } = change;
  const mark = markOf(change);
  const head = [`# ${address} ${mark.will}`, ...because.map(({ text }) => `# (because ${text})`)];
  // Only what is recorded changes: nothing runs, and nothing is undone.
  if (actions[0] === 'keep') return [...head, ''];
  return [
    ...head,
    ...hazards.map(({ severity, text }) => `# ${severity}: ${text}`),
    ...(needs.length > 0 ? [`# after ${needs.join(', ')}`] : []),
    ...(undo === '' ? [] : [`# undo: ${undo}`]),
    `${mark.sign} ${address}`,
    ...attributeLines(change),
    '',
  ];
}

/** What changes of its attributes: the old value, then the new one. */
export function attributeLines({
  before,
  after,
  after_unknown: unknown,
}: Pick<Change, 'before' | 'after' | 'after_unknown'>): string[] {
  const [was, is] = [before ?? {}, after ?? {}];
  const keys = [...new Set([...alteredKeys(was, is), ...unknown])].sort();
  const lines = keys.flatMap(key => [
    ...((was[key] ?? null) === null ? [] : [`-     ${key} = ${show(was[key])}`]),
    ...(unknown.includes(key) ? [`+     ${key} = (known after keys prepare)`] : []),
    ...(unknown.includes(key) || (is[key] ?? null) === null
      ? []
      : [`+     ${key} = ${show(is[key])}`]),
  ]);
  const hidden = before && after ? Object.keys(after).length - keys.length : 0;
  return hidden > 0 ? [...lines, `#     (${hidden} unchanged attributes hidden)`] : lines;
}
