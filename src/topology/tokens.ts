import { CST, Lexer, Parser } from 'yaml';
import type { Fault } from './fault.ts';
import { createJudge, type Complaint } from './judge.ts';
import type { Source } from './lines.ts';
import { TOO_DEEP } from './refused-yaml.ts';

/** How deep maps and lists may be nested. */
const MOST_DEPTH = 32;

/** The tokens of a file; faults where it uses parts of YAML that a topology does without. */
export interface Tokens {
  readonly tokens: readonly CST.Token[];
  readonly faults: readonly Fault[];
}

/** A file with more faults than this has the same one everywhere. */
const MOST_FAULTS = 100;
/** How many lexemes are looked at after what is nested too deep; who nests this deep nests on. */
const AFTERMATH = 2000;
const COLLECTIONS = new Set(['block-map', 'block-seq', 'flow-collection']);
/** What the lexer says between lexemes: no characters of the text. */
const MARKS = new Set<string>([CST.SCALAR, CST.DOCUMENT, CST.FLOW_END]);

/**
 * Splits a file into tokens. The library's composer takes minutes for a few hundred levels of
 * nesting, so the depth is judged here, where nothing recurses, before anything is composed.
 */
export function tokenize(source: Source): Tokens {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const faults: Fault[] = [];
  const note = createNote(faults, source);
  const judge = createJudge();
  let offset = 0;
  let patience = Number.POSITIVE_INFINITY;
  for (const lexeme of new Lexer().lex(source.text)) {
    const complaint = judge.take(lexeme, offset);
    if ((complaint && note(complaint) >= MOST_FAULTS) || patience-- === 0) break;
    if (faults.length === 0) {
      for (const token of parser.next(lexeme)) tokens.push(token);
      if (parser.stack.length > MOST_DEPTH && depth(parser.stack) > MOST_DEPTH) {
        note({ refused: TOO_DEEP, lexeme, offset });
        patience = AFTERMATH;
      }
    }
    if (lexeme.length > 1 || !MARKS.has(lexeme)) offset += lexeme.length;
  }
  const open = faults.length === 0 ? judge.end() : undefined;
  if (open) note(open);
  if (faults.length > 0) return { tokens: [], faults };
  for (const token of parser.end()) tokens.push(token);
  return { tokens, faults };
}

/** Keeps faults and says how many there were; of one line, three of a kind are enough. */
function createNote(faults: Fault[], source: Source): (complaint: Complaint) => number {
  const said = new Map<string, number>();
  let total = 0;
  return complaint => {
    const fault = faultOf(complaint, source);
    const what = `${fault.code} ${fault.place?.line ?? 0}`;
    const times = (said.get(what) ?? 0) + 1;
    said.set(what, times);
    if (times <= 3) faults.push(fault);
    return ++total;
  };
}

/** How many collections are open: the parser's stack begins with the document. */
function depth(stack: readonly CST.Token[]): number {
  const inner = stack[stack.length - 1];
  return inner && COLLECTIONS.has(inner.type) ? stack.length - 1 : stack.length - 2;
}

function faultOf({ refused, lexeme, offset }: Complaint, source: Source): Fault {
  const { code, detail, help } = refused;
  const [line = ''] = lexeme.split(/\r?\n/, 1);
  const place = source.place(offset, offset + line.trimEnd().length);
  return { code, detail: detail(line), help: help(line), place };
}
