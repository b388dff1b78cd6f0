import { TEMPLATES } from '../../../src/generated/templates.ts';

/** A line of a template. */
export interface Origin {
  readonly template: string;
  readonly line: number;
}

interface TemplateLine extends Origin {
  readonly text: string;
}

const RENDER = /^\s*\{%-?\s*render '([^']+)'/;
const expanded = new Map<string, readonly TemplateLine[]>();

/** The template that a script was made from: the one whose lines it has, in order, the most of. */
export function originsOf(text: string): readonly (Origin | undefined)[] {
  const lines = text.split('\n').map(line => line.trimEnd());
  const candidates = roots().filter(name => lines[1] === whole(name)[1]?.text);
  const [best] = candidates
    .map(name => aligned(lines, whole(name)))
    .sort((a, b) => b.filter(Boolean).length - a.filter(Boolean).length);
  if (!best) throw new Error(`no template begins with ${lines[1] ?? ''}`);
  return best;
}

/** Templates that a script is made from as a whole. */
function roots(): string[] {
  return Object.entries(TEMPLATES)
    .filter(([, text]) => text.startsWith('#requires'))
    .map(([path]) => path.replace(/\.liquid$/, ''));
}

/** A template's lines with the lines of what it renders in their places; all branches, no holes. */
function whole(template: string): readonly TemplateLine[] {
  const known = expanded.get(template);
  if (known) return known;
  const source = TEMPLATES[`${template}.liquid`];
  if (source === undefined) throw new Error(`no template ${template}`);
  const lines = source.split('\n').flatMap((line, index): readonly TemplateLine[] => {
    const rendered = RENDER.exec(line)?.[1];
    if (rendered !== undefined) return whole(rendered);
    if (/\{[%{]/.test(line)) return [];
    return [{ template, line: index + 1, text: line.trimEnd() }];
  });
  expanded.set(template, lines);
  return lines;
}

/** The longest common run of lines: which line of the template each line of the script is. */
function aligned(lines: readonly string[], of: readonly TemplateLine[]): (Origin | undefined)[] {
  const width = of.length + 1;
  const longest = new Uint16Array((lines.length + 1) * width);
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0;
  for (let row = lines.length - 1; row >= 0; row--) {
    for (let column = of.length - 1; column >= 0; column--) {
      longest[row * width + column] =
        lines[row] === of[column]?.text
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const found: (Origin | undefined)[] = [];
  for (let row = 0, column = 0; row < lines.length; row++) {
    while (column < of.length && lines[row] !== of[column]?.text) {
      if (at(row + 1, column) >= at(row, column + 1)) break;
      column++;
    }
    const line = of[column];
    found.push(line && line.text === lines[row] ? line : undefined);
    if (line?.text === lines[row]) column++;
  }
  return found;
}
