/**
 * Breaks a line at blanks to fit a width; further lines hang under the text of the first. A command
 * is never broken, even where it is wider: of two lines that are pasted, the first would run alone.
 */
export function wrap(text: string, prefix: string, width: number): string {
  const indent = ' '.repeat(prefix.length);
  const lines: string[] = [];
  let line = '';
  for (const word of pieces(text)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && prefix.length + longer.length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines.map((one, i) => (i === 0 ? prefix : indent) + one).join('\n');
}

/** A command: to the next stop or the end of the text, or within quotation marks or parentheses. */
const COMMAND = /(?<=^|: |; )concordat .*?(?=[;,.:] |$)|(["`])concordat .*?\1|\(concordat [^)]*\)/g;
const HELD = '\0';

/** What may not be broken: commands, and other words. */
function pieces(text: string): string[] {
  const held = text.replaceAll(COMMAND, command => command.replaceAll(' ', HELD));
  return held.split(' ').map(piece => piece.replaceAll(HELD, ' '));
}
