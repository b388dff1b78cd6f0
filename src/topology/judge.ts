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
const BLANKS = new Set<Kind>(['space', 'newline', 'comment', 'doc-mode', 'byte-order-mark']);

/** Makes a judge for one file. */
export function createJudge(): Judge {
  const brackets = createBrackets();
  const ofScalar = inTurn([collectionKeys(), documents()]);
  const ofMark = inTurn([refusedKind, brackets.take, ofScalar]);
  let inScalar = false;
  return {
    end: brackets.end,
    take(lexeme, offset) {
      if (inScalar) {
        inScalar = false;
        return ofScalar('scalar', lexeme, offset);
      }
      const kind = CST.tokenType(lexeme);
      inScalar = kind === 'scalar';
      if (inScalar || BLANKS.has(kind)) return undefined;
      return ofMark(kind, lexeme, offset);
    },
  };
}

/** Several checks as one: all of them look, so that each knows where it stands. */
function inTurn(checks: readonly Check[]): Check {
  return (kind, lexeme, offset) => {
    let complaint: Complaint | undefined;
    for (const check of checks) complaint = check(kind, lexeme, offset) ?? complaint;
    return complaint;
  };
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

function collectionKeys(): Check {
  let before: Kind = null;
  return (kind, lexeme, offset) => {
    const closed = before === 'flow-map-end' || before === 'flow-seq-end';
    before = kind;
    const keyed = closed && kind === 'map-value-ind';
    return keyed ? { refused: COLLECTION_KEY, lexeme, offset } : undefined;
  };
}

function documents(): Check {
  let state: 'awaited' | 'begun' | 'ended' | 'refused' = 'awaited';
  return (kind, lexeme, offset) => {
    if (kind === 'doc-end' && state === 'begun') state = 'ended';
    if (OUTSIDE.has(kind) || state === 'refused') return undefined;
    const second = state === 'ended' || (kind === 'doc-start' && state === 'begun');
    state = second ? 'refused' : 'begun';
    return second ? { refused: SEVERAL_DOCUMENTS, lexeme, offset } : undefined;
  };
}
