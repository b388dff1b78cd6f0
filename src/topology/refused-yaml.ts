import type { CST } from 'yaml';
import type { Code } from '../kernel/report.ts';

/** Why something is refused, in words that may quote it. */
export interface Refused {
  readonly code: Code;
  readonly detail: (lexeme: string) => string;
  readonly help: (lexeme: string) => string;
}

/** What is refused wherever it stands, by the kind of its lexeme. */
export const REFUSED: Partial<Record<CST.TokenType, Refused>> = {
  anchor: {
    code: 'yaml/anchor',
    detail: lexeme => `"${lexeme}" names a value so that it can be used elsewhere`,
    help: lexeme => `delete "${lexeme}", and write the value out wherever it is used`,
  },
  alias: {
    code: 'yaml/alias',
    detail: lexeme => `"${lexeme}" stands for a value that is written elsewhere`,
    help: lexeme => `to mean this text, quote it: '${lexeme}'; otherwise write the value out`,
  },
  tag: {
    code: 'yaml/tag',
    detail: lexeme => `"${lexeme}" gives the value a type; here types follow from the place`,
    help: lexeme => `delete "${lexeme}"; if it belongs to the text, quote the whole value`,
  },
  'directive-line': {
    code: 'yaml/directive',
    detail: lexeme => `"${lexeme}" changes how the file is read`,
    help: () => 'delete the line; every topology is read as YAML 1.2',
  },
  'explicit-key-ind': {
    code: 'yaml/explicit-key',
    detail: () => 'a key is announced by "?"',
    help: () => 'write the key, a colon and the value: "key: value"',
  },
};

/** A key that is a list or a map. */
export const COLLECTION_KEY: Refused = {
  code: 'yaml/key-not-text',
  detail: () => 'a list or a map is used as a key; a key is a name',
  help: () => 'write a name before the colon, and the list or map after it',
};

/** A second document in one file. */
export const SEVERAL_DOCUMENTS: Refused = {
  code: 'yaml/several-documents',
  detail: () => 'a second document begins here; a file holds one',
  help: () =>
    'delete the line "---" (or "...") above it, or move what follows into a file of its own',
};

/** A quote that is opened and never closed. */
export const OPEN_QUOTE: Refused = {
  code: 'yaml/open-quote',
  detail: lexeme => `the quote ${lexeme.slice(0, 1)} that opens here is never closed`,
  help: lexeme =>
    lexeme.startsWith("'")
      ? "close it on the same line; an apostrophe inside is written twice: 'it''s'"
      : 'close it on the same line; a quote inside is written \\"',
};

/** A bracket that is opened and never closed. */
export const OPEN_BRACKET: Refused = {
  code: 'yaml/open-bracket',
  detail: lexeme => `the bracket ${lexeme} that opens here is not closed where its lines end`,
  help: lexeme => `close it with ${lexeme === '[' ? ']' : '}'}, and indent the lines between`,
};

/** A bracket closed by one of the other kind, or by one too many. */
export const WRONG_BRACKET: Refused = {
  code: 'yaml/wrong-bracket',
  detail: lexeme => `the bracket ${lexeme} closes nothing that was opened with its counterpart`,
  help: () => 'close "[" with "]" and "{" with "}", the innermost first',
};

/** More levels than any topology needs. */
export const TOO_DEEP: Refused = {
  code: 'yaml/too-deep',
  detail: () => 'maps and lists are nested more than 32 levels deep here',
  help: () => 'look for a bracket that is not closed; no topology needs this many levels',
};
