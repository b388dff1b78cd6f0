/** A user's text inside Markdown prose: every character that could mean something is escaped. */
export function prose(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]()#+!|<>&~]/g, '\\$&');
}

/** Text as a code span; backticks inside make the fence longer. */
export function code(text: string): string {
  const flat = text.replace(/[\r\n]+/g, ' ');
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = flat.startsWith('`') || flat.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** Lines to be typed, as a block that opens and closes on lines of its own. */
export function block(lines: readonly string[], language = 'powershell'): string[] {
  return ['', `\`\`\`${language}`, ...lines, '```', ''];
}

/** A table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return ['', line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
