import { visible } from '../kernel/visible.ts';

/** A user's text inside Markdown prose: every character that could mean something is escaped. */
export function prose(text: string): string {
  return visible(oneLine(text)).replace(/[\\`*_{}[\]()#+!|<>&~]/g, '\\$&');
}

/**
 * Text as a code span, where no renderer makes a link, a mention or anything else of it. A pipe
 * would end the cell of a table also inside, and parsers disagree about escaped ones.
 */
export function code(text: string): string {
  const shown = visible(oneLine(text)).replaceAll('|', '<U+007C>');
  if (shown.trim() === '') return '`(empty)`';
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Lines as a block that none of them can close; it opens and closes on lines of its own. */
export function block(lines: readonly string[], language = 'powershell'): string[] {
  const fence = fenceAround(lines);
  return ['', `${fence}${language}`, ...lines.map(visible), fence, ''];
}

/** A fence longer than any run of backticks between. */
export function fenceAround(lines: readonly string[]): string {
  return '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
}

/** A table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
}
