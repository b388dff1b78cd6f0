/** Breaks a line at blanks to fit a width; further lines hang under the text of the first. */
export function wrap(text: string, prefix: string, width: number): string {
  const indent = ' '.repeat(prefix.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && prefix.length + longer.length > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines.map((one, i) => (i === 0 ? prefix : indent) + one).join('\n');
}
