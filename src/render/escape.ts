/** A value that a script may declare: what PowerShell's literals can say and nothing else. */
export type Literal = string | number | boolean | null | readonly Literal[] | LiteralTable;

/** A table of literals; keys are our own words, never the user's. */
export interface LiteralTable {
  readonly [key: string]: Literal;
}

// PowerShell takes five characters for a single quote, and any two of them for an escaped one.
const QUOTES = /['\u2018-\u201b]/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const KEY = /^[A-Z][A-Za-z0-9]*$/;
/** A longer literal is broken after its elements, for people who read it. */
const WIDTH = 96;
/** The longest name in the table at the top of a script, `Certificate`. */
const COLUMN = 11;

/**
 * A text as a PowerShell expression in pure ASCII: `'it''s'`, `('Stra' + [char]0x00DF + 'e')`.
 * Control characters never get this far; one that does is a bug.
 */
export function psString(text: string): string {
  if (CONTROLS.test(text)) throw new Error('a control character reached a script');
  const parts = text.match(/[\x20-\x7e]+|[^\x20-\x7e]/g) ?? [''];
  const written = parts.map(part => (/^[^\x20-\x7e]/.test(part) ? characters(part) : quoted(part)));
  if (written.length === 1 && written[0]?.startsWith("'")) return written[0];
  const first = written[0]?.startsWith("'") ? [] : ["''"];
  return `(${[...first, ...written].join(' + ')})`;
}

/** An integer literal that Windows PowerShell reads as an Int32. */
function psInteger(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) > 0x7fffffff) throw new Error('not an integer');
  return String(value);
}

/** Any literal; the type of the value chooses its form. */
export function psLiteral(value: Literal, indent = 0): string {
  if (value === null) return '$null';
  if (typeof value === 'string') return psString(value);
  if (typeof value === 'boolean') return value ? '$true' : '$false';
  if (typeof value === 'number') return psInteger(value);
  return isList(value) ? psList(value, indent) : psTable(value, indent);
}

/** A list: `@('a', 'b')`, one element a line where it grows long. */
function psList(values: readonly Literal[], indent: number): string {
  const inner = values.map(value => psLiteral(value, indent + 4));
  return enclose('@(', inner, ')', { indent, between: ', ' });
}

/** A table: `@{ Name = 'a'; Enabled = $true }`, one member a line where it grows long. */
function psTable(table: LiteralTable, indent: number): string {
  const inner = Object.entries(table).map(
    ([key, value]) => `${member(key)} = ${psLiteral(value, indent + 4)}`,
  );
  if (inner.length === 0) return '@{}';
  return enclose('@{ ', inner, ' }', { indent, between: '; ' });
}

/** The table at the top of a script: one member a line, the values in a column. */
export function psDeclaration(table: LiteralTable): string {
  const lines = Object.entries(table).map(
    ([key, value]) => `    ${member(key).padEnd(COLUMN)} = ${psLiteral(value, 4)}\n`,
  );
  return `@{\n${lines.join('')}}`;
}

function member(key: string): string {
  if (!KEY.test(key)) throw new Error(`not a member name: ${JSON.stringify(key)}`);
  return key;
}

function enclose(
  open: string,
  inner: readonly string[],
  close: string,
  { indent, between }: { indent: number; between: string },
): string {
  const flat = open + inner.join(between) + close;
  if (flat.length + indent <= WIDTH && !flat.includes('\n')) return flat;
  const pad = ' '.repeat(indent + 4);
  const lines = inner.join((between === ', ' ? ',' : '') + `\n${pad}`);
  return `${open.trim()}\n${pad}${lines}\n${' '.repeat(indent)}${close.trim()}`;
}

function isList(value: readonly Literal[] | LiteralTable): value is readonly Literal[] {
  return Array.isArray(value);
}

function quoted(ascii: string): string {
  return `'${ascii.replace(QUOTES, '$&$&')}'`;
}

/** One UTF-16 unit at a time: `[char]` knows no more. */
function characters(text: string): string {
  return [...Array(text.length).keys()]
    .map(index => `[char]0x${text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' + ');
}

/** The mark of UTF-8, in Latin-1. */
const MARK = '\u00ef\u00bb\u00bf';

/** The bytes of a script: BOM, ASCII, CRLF. Anything else is a bug of the template. */
export function scriptBytes(text: string): Uint8Array {
  const strange = /[^\x20-\x7e\n]/.exec(text);
  if (strange) throw new Error(`a script must be ASCII: ${JSON.stringify(strange[0])}`);
  const body = text.replace(/\n{3,}/g, '\n\n').trimEnd();
  return Buffer.from(`${MARK}${body.replaceAll('\n', '\r\n')}\r\n`, 'latin1');
}
