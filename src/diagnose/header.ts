/** A challenge of the scheme by which servers present tokens, or the lack of one. */
export interface Challenge {
  readonly at: number;
  /** Whether the scheme is among those offered. */
  readonly isBearer: boolean;
  readonly parameters: ReadonlyMap<string, string>;
}

/** What a server says of a refusal, taken apart. */
export interface Diagnostics {
  readonly at: number;
  readonly number?: number;
  readonly category?: string;
  readonly reason?: string;
}

/**
 * A parameter of a header: a name, and a token or a quoted string. Logs of a web server write `+`
 * for a blank.
 */
const PARAMETER = new RegExp(
  [/(?:[\s+]*[,;])?[\s+]*([A-Za-z_]{1,40})\s*=\s*/, /(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]+))/]
    .map(({ source }) => source)
    .join(''),
  'y',
);

/** Reads every challenge in a text; header lines that offer only other schemes are one too. */
export function readChallenges(text: string): Challenge[] {
  const starts = firstOf(text, /(?<![\w-])bearer[ +]+(?=[a-z_]{1,40} ?= ?["\w])/gi);
  const challenges = starts.map(({ index, 0: scheme }) => ({
    at: index,
    isBearer: true,
    parameters: readParameters(text, index + scheme.length).parameters,
  }));
  if (challenges.length > 0) return challenges;
  const header = /www-authenticate ?[:=\u2192] ?(?=[a-z])/i.exec(text);
  return header ? [{ at: header.index, isBearer: false, parameters: new Map() }] : [];
}

/** How many are looked at; real ones take so many bytes that no input holds more. */
const MOST = 1000;

function firstOf(text: string, pattern: RegExp): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (const match of text.matchAll(pattern)) {
    if (found.length === MOST) break;
    found.push(match);
  }
  return found;
}

const CATEGORIES = ['error_category', 'category', 'error_type'];

/**
 * Reads `<number>;reason="...";error_category="..."` wherever it stands, whatever is between its
 * parts, and a category that stands alone.
 */
export function readDiagnostics(text: string): Diagnostics[] {
  const numbered = firstOf(text, /(?<![0-9.-])([0-9]{4,9}) ?; ?(?=[a-z_]{1,40} ?= ?")/gi);
  let end = 0;
  const found: Diagnostics[] = [];
  for (const { index, 0: whole, 1: digits } of numbered) {
    if (index < end) continue;
    const { parameters, end: after } = readParameters(text, index + whole.length);
    const reason = parameters.get('reason');
    if (reason === undefined && !categoryOf(parameters)) continue;
    end = after;
    found.push({ at: index, number: Number(digits), ...saysOf(parameters) });
  }
  if (found.length > 0) return found;
  return firstOf(text, /(?<![a-z_])error_category ?= ?"([a-z_]{1,40})"/gi).map(
    ({ index, 1: category = '' }) => ({ at: index, category }),
  );
}

function saysOf(parameters: ReadonlyMap<string, string>): Pick<Diagnostics, 'category' | 'reason'> {
  const reason = parameters.get('reason');
  const category = categoryOf(parameters);
  return {
    ...(reason !== undefined && { reason: unplussed(reason) }),
    ...(category !== undefined && { category }),
  };
}

function categoryOf(parameters: ReadonlyMap<string, string>): string | undefined {
  const name = CATEGORIES.find(one => parameters.has(one));
  const category = name === undefined ? undefined : parameters.get(name)?.toLowerCase();
  return category !== undefined && /^[a-z_]{1,40}$/.test(category) ? category : undefined;
}

/** Parameters one after the other, the first of a name; ends where something else begins. */
function readParameters(
  text: string,
  from: number,
): { readonly parameters: ReadonlyMap<string, string>; readonly end: number } {
  const parameters = new Map<string, string>();
  let end = from;
  for (;;) {
    PARAMETER.lastIndex = end;
    const match = PARAMETER.exec(text);
    if (!match) return { parameters, end };
    const [, name = '', quoted, bare = ''] = match;
    const key = name.toLowerCase();
    if (!parameters.has(key)) {
      parameters.set(key, quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1'));
    }
    end = PARAMETER.lastIndex;
  }
}

function unplussed(text: string): string {
  return text.includes(' ') ? text : text.replaceAll('+', ' ');
}
