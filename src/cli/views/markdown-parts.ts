import pc from 'picocolors';
import { fenceAround, visible } from '../../index.ts';
import type { Section } from './within.ts';

/** How many characters a comment on a forge may have. */
export const COMMENT = 65_536;

/** How the text of a fence is printed. */
export const PLAIN = { colors: pc.createColors(false), width: 100 };

/** The longest text of a user on one line of a comment. */
const LONGEST = 400;

/** By this line a bot finds its own comment; nothing that a name may hold can end it. */
export function marker(name: string | undefined): string {
  const safe = (name ?? '').replace(
    /[^a-z0-9-]|-(?=-|$)/g,
    one => `%${one.charCodeAt(0).toString(16)}`,
  );
  return ['<!-- concordat plan', ...(safe === '' ? [] : [safe]), '-->'].join(' ');
}

/** A text cut to what a reader takes in at once, with the count of what was left out. */
export function clipped(text: string): string {
  if (text.length <= LONGEST) return text;
  const start = text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '');
  return `${start}… (${text.length - start.length} more characters)`;
}

/** Lines in a fence that opens on demand. */
export function folded(summary: string, language: string, { lines, cut }: Section): Section {
  const shown = lines.map(line => visible(clipped(line)));
  const fence = fenceAround(shown);
  return {
    head: ['<details>', `<summary>${summary}</summary>`, '', `${fence}${language}`],
    lines: shown,
    tail: [fence, '', '</details>', ''],
    ...(cut && { cut }),
  };
}
