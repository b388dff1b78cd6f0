import { CST } from 'yaml';
import {
  COLLECTION_KEY,
  OPEN_BRACKET,
  OPEN_QUOTE,
  REFUSED,
  SEVERAL_DOCUMENTS,
  WRONG_BRACKET,
  type Refused,
} from './refused-yaml.ts';

/** A lexeme that may not stand where it stands. */
export interface Complaint {
  readonly refused: Refused;
  readonly lexeme: string;
  readonly offset: number;
}

/** Sees every lexeme of a file in turn, without building anything. */
export interface Judge {
  take(lexeme: string, offset: number): Complaint | undefined;
  /** What is still open when the file ends. */
  end(): Complaint | undefined;
}

type Kind = CST.TokenType | null;
type Check = (kind: Kind, lexeme: string, offset: number) => Complaint | undefined;

/** What may stand before and after a document. */
const OUTSIDE = new Set<Kind>(['doc-end', 'directive-line']);
/** What is not blank by its first character and yet says nothing. */
const SILENT = new Set<Kind>(['newline', 'doc-mode', 'byte-order-mark']);

/**
 * Makes a judge for one file. All its checks look at everything, so that each knows where it
 * stands. Nearly all lexemes are blanks and texts: those are told apart first.
 */
export function createJudge(): Judge {
  const brackets = createBrackets();
  const keys = createKeys();
  const documents = createDocuments();
  let inScalar = false;
  return {
    end: brackets.end,
    take(lexeme, offset) {
      if (inScalar) {
        inScalar = false;
        keys('scalar', lexeme, offset);
        return documents('scalar', lexeme, offset);
      }
      if (isBlank(lexeme)) return undefined;
      const kind = CST.tokenType(lexeme);
      inScalar = kind === 'scalar';
      if (inScalar || SILENT.has(kind)) return undefined;
      const found = refusedKind(kind, lexeme, offset);
      const unbalanced = brackets.take(kind, lexeme, offset);
      const keyed = keys(kind, lexeme, offset);
      return documents(kind, lexeme, offset) ?? keyed ?? unbalanced ?? found;
    },
  };
}

/** Blanks and comments are all that begins so. */
function isBlank(lexeme: string): boolean {
  const first = lexeme.charAt(0);
  return first === ' ' || first === '\n' || first === '#' || first === '\t';
}

const refusedKind: Check = (kind, lexeme, offset) => {
  const refused = kind ? REFUSED[kind] : undefined;
  if (refused) return { refused, lexeme, offset };
  const quoted = kind === 'single-quoted-scalar' || kind === 'double-quoted-scalar';
  return quoted && !isClosed(lexeme) ? { refused: OPEN_QUOTE, lexeme, offset } : undefined;
};

/** A quote at the end closes a text unless it is itself escaped: by a quote, or by a backslash. */
function isClosed(lexeme: string): boolean {
  const quote = lexeme.charAt(0);
  if (lexeme.length < 2 || !lexeme.endsWith(quote)) return false;
  const escape = quote === "'" ? quote : '\\';
  let at = lexeme.length - 2;
  while (at > 0 && lexeme[at] === escape) at--;
  return (lexeme.length - 2 - at) % 2 === 0;
}

const COUNTERPARTS: Readonly<Record<string, string>> = { '}': '{', ']': '[' };

/** The library closes any bracket with any other and says so at the end of the file. */
function createBrackets(): { take: Check; end: () => Complaint | undefined } {
  const open: { readonly lexeme: string; readonly offset: number }[] = [];
  const end = () => {
    const inner = open.at(-1);
    return inner && { refused: OPEN_BRACKET, ...inner };
  };
  const take: Check = (kind, lexeme, offset) => {
    if (kind === 'flow-error-end') {
      const inner = end();
      open.length = 0;
      return inner;
    }
    if (kind === 'flow-map-start' || kind === 'flow-seq-start') open.push({ lexeme, offset });
    if (kind !== 'flow-map-end' && kind !== 'flow-seq-end') return undefined;
    const fits = open.pop()?.lexeme === COUNTERPARTS[lexeme];
    return fits ? undefined : { refused: WRONG_BRACKET, lexeme, offset };
  };
  return { take, end };
}

function createKeys(): Check {
  let closed = false;
  return (kind, lexeme, offset) => {
    const keyed = closed && kind === 'map-value-ind';
    closed = kind === 'flow-map-end' || kind === 'flow-seq-end';
    return keyed ? { refused: COLLECTION_KEY, lexeme, offset } : undefined;
  };
}

function createDocuments(): Check {
  let state: 'awaited' | 'begun' | 'ended' | 'refused' = 'awaited';
  return (kind, lexeme, offset) => {
    if (kind === 'doc-end' && state === 'begun') state = 'ended';
    if (OUTSIDE.has(kind) || state === 'refused') return undefined;
    const second = state === 'ended' || (kind === 'doc-start' && state === 'begun');
    state = second ? 'refused' : 'begun';
    return second ? { refused: SEVERAL_DOCUMENTS, lexeme, offset } : undefined;
  };
}
