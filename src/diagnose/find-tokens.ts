/** A text that looks like a compact token. */
export interface FoundToken {
  readonly at: number;
  readonly text: string;
}

/** How many tokens are looked at; a trace holds few, and each may hold another. */
const MOST = 16;
/** Stands in the place of a token, so that places stay what they are. */
const FILLER = '\u00b7';

/**
 * Finds tokens by how their JSON begins in base64: `{"`, `{ ` or a line end. Takes them out of the
 * text, and with them every other run of characters that could be part of one.
 */
export function findTokens(text: string): { tokens: FoundToken[]; rest: string } {
  const whole = wrapped(text);
  if (whole) return { tokens: [whole], rest: '' };
  const tokens: FoundToken[] = [];
  const rest = text.replace(
    /(?<![\w=+/.-])e[yw][\w=+/-]*\.[\w=+/.-]*/g,
    (found: string, at: number) => {
      if (found.length < 20) return found;
      if (tokens.length < MOST) tokens.push({ at, text: withoutStop(found) });
      return FILLER.repeat(found.length);
    },
  );
  return { tokens, rest };
}

/** A token alone in its file, which an editor or a terminal may have broken into lines. */
function wrapped(text: string): FoundToken | undefined {
  const [lead = ''] = /^(?:authorization ?[:=] ?)?(?:bearer )?/i.exec(text) ?? [];
  const bare = text.slice(lead.length);
  if (bare.length < 20 || !/^e[yw][\w=+/. -]*$/.test(bare) || !bare.includes('.')) return undefined;
  const words = bare.split(' ');
  // Words of a sentence are short; lines of a token are not, but for the last.
  const isOne = words.slice(0, -1).every(word => word.length >= 30);
  return isOne ? { at: lead.length, text: words.join('') } : undefined;
}

/** A full stop behind a signed token ends a sentence; behind an unsigned one it is its end. */
function withoutStop(found: string): string {
  return found.split('.').length > 3 ? found.replace(/\.+$/, '') : found;
}
