/** A part of a text: lines that may be cut from the end, between lines that stand with them. */
export interface Section {
  readonly head?: readonly string[];
  readonly lines: readonly string[];
  readonly tail?: readonly string[];
  /** What the lines are, and how soon they are cut: the first of the order goes first. */
  readonly cut?: { readonly order: number; readonly what: string };
}

/** Where everything is that a comment has no room for. */
const REST = 'all of it: `concordat show FILE` on the saved plan, or `concordat plan` in a clone';

/**
 * Joins sections to a text of at most so many characters. What has no room is counted, and each
 * section is closed as it would be whole. A line end counts twice: some forges store two.
 */
export function joinWithin(sections: readonly Section[], most: number): string {
  const kept = sections.map(({ lines }) => lines.length);
  let over = sections.reduce((sum, one) => sum + sizeOf(written(one, one.lines.length)), 0) - most;
  const order = [...sections.keys()]
    .filter(index => sections[index]?.cut)
    .sort((a, b) => (sections[a]?.cut?.order ?? 0) - (sections[b]?.cut?.order ?? 0));
  for (const index of order) {
    const section = sections[index];
    if (over <= 0 || !section) break;
    const whole = sizeOf(written(section, section.lines.length));
    kept[index] = roomFor(section, whole - over);
    over -= whole - sizeOf(written(section, kept[index]));
  }
  return sections.flatMap((one, index) => written(one, kept[index] ?? 0)).join('\n') + '\n';
}

/** How many of the first lines have room, with the note that counts the others. */
function roomFor(section: Section, room: number): number {
  let size = sizeOf(written({ ...section, lines: section.lines.slice(0, 1) }, 1));
  size += sizeOf(note(section, section.lines.length));
  let kept = 0;
  while (kept < section.lines.length && size <= room) {
    kept++;
    size += sizeOf(section.lines.slice(kept, kept + 1));
  }
  return kept;
}

function written(section: Section, kept: number): readonly string[] {
  const { head = [], lines, tail = [] } = section;
  const shown = kept > 0 ? [...head, ...lines.slice(0, kept), ...tail] : [];
  return kept < lines.length ? [...shown, ...note(section, lines.length - kept)] : shown;
}

function note({ cut }: Section, left: number): readonly string[] {
  return [`${left} more ${cut?.what ?? 'lines'} left out here; ${REST}.`, ''];
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 2, 0);
}
