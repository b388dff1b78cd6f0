import { Composer, type Document, type Node, type ParsedNode, type YAMLParseError } from 'yaml';
import type { Json } from '../kernel/json.ts';
import type { Code } from '../kernel/report.ts';
import type { Fault } from './fault.ts';
import type { Source } from './lines.ts';
import { tokenize } from './tokens.ts';
import { valueOf } from './value.ts';

/** One file as a value, and the tree that knows where everything was written. */
export interface Tree {
  readonly source: Source;
  readonly value: Json;
  /** Made anew when the first place is asked for: it is larger than all else, and few runs ask. */
  readonly root: () => Node | null;
}

/** A tree, or why there is none. */
export type Parsing = { readonly tree: Tree } | { readonly faults: readonly Fault[] };

/** Our own check of keys is linear, the library's is quadratic; known tags would build classes. */
const OPTIONS = {
  version: '1.2',
  schema: 'core',
  stringKeys: true,
  uniqueKeys: false,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** Reads one file as YAML 1.2, without what a reviewer could misread. */
export function parse(source: Source): Parsing {
  const { faults, document } = compose(source);
  if (faults.length > 0) return { faults };
  if (document && document.errors.length > 0) return { faults: syntaxFaults(document, source) };
  const read = valueOf(document?.contents ?? null, source);
  if (read.faults.length > 0) return { faults: read.faults };
  return { tree: { source, value: read.value, root: lazyRoot(source) } };
}

/** The library's own tree. Its tokens are garbage when this returns. */
function compose(source: Source): { faults: readonly Fault[]; document?: Composed | undefined } {
  const { tokens, faults } = tokenize(source);
  if (faults.length > 0) return { faults };
  const [document] = new Composer(OPTIONS).compose(tokens, true, source.text.length);
  return { faults, document };
}

type Composed = Document.Parsed<ParsedNode>;

function lazyRoot(source: Source): Tree['root'] {
  let root: Node | null | undefined;
  return () => (root ??= compose(source).document?.contents ?? null);
}

interface Words {
  readonly code: Code;
  readonly detail: string;
  readonly help: string;
}

/** What the library's errors mean to the person who wrote the file. */
const SYNTAX: Partial<Record<YAMLParseError['code'], Words>> = {
  BAD_INDENT: {
    code: 'yaml/indentation',
    detail: 'this line stands further left or right than the lines it belongs to',
    help: 'let everything of one map or list begin in the same column',
  },
  TAB_AS_INDENT: {
    code: 'yaml/tab',
    detail: 'a tab is used to indent',
    help: 'indent with blanks',
  },
  BAD_DQ_ESCAPE: {
    code: 'yaml/escape',
    detail: 'a backslash in double quotes begins an escape, and this one is not known',
    help: "write the text in single quotes, where a backslash is a backslash: 'C:\\folder'",
  },
  BAD_SCALAR_START: {
    code: 'yaml/reserved-character',
    detail: 'a text without quotes cannot begin with this character',
    help: 'put the text in single quotes',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    code: 'yaml/two-colons',
    detail: 'a second "key: value" begins inside this value',
    help: 'put text with a colon and a blank in single quotes; begin keys of one map in one column',
  },
  MULTILINE_IMPLICIT_KEY: {
    code: 'yaml/line-without-colon',
    detail: 'a key ends on its line with a colon, and this one does not',
    help: 'write "key: value"; a text of several lines needs quotes',
  },
  MISSING_CHAR: {
    code: 'yaml/missing-character',
    detail: 'a comma, a colon or a blank is missing here',
    help: 'write "key: value" on one line, and a comma between what stands in brackets',
  },
};

const UNREADABLE: Words = {
  code: 'yaml/syntax',
  detail: 'this cannot be read as YAML',
  help: 'put text with special characters in single quotes; check indentation and brackets',
};

/**
 * One mistake makes the library stumble several times: the first of each line is reported, and
 * beside tabs nothing else.
 */
function syntaxFaults(document: Composed, source: Source): Fault[] {
  const faults = new Map<number, Fault>();
  const tabs = document.errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  for (const { code, pos } of tabs.length > 0 ? tabs : document.errors) {
    const place = source.place(...inside(pos, source.text.length));
    if (!faults.has(place.line)) faults.set(place.line, { ...(SYNTAX[code] ?? UNREADABLE), place });
  }
  return [...faults.values()];
}

function inside([start, end]: readonly [number, number], most: number): [number, number] {
  return [Math.min(start, most), Math.min(Math.max(start, end), most)];
}
