import { byCodeUnit } from '../kernel/canonical.ts';
import { nearest } from '../kernel/suggest.ts';

/** How many names one rule compares in search of what was meant: a flood must not freeze a run. */
const MOST_COMPARISONS = 20_000;

/** `"a"`, `"a" or "b"`, `"a", "b" or "c"`. */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map(word => `"${word}"`);
  const last = quoted.pop() ?? 'nothing';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

/**
 * Makes the sentence that names what was probably meant, or what there is to choose from (by
 * default the same names).
 */
export function createGuess(
  known: Iterable<string>,
  choice?: readonly string[],
): (word: string) => string {
  const names = [...known].sort(byCodeUnit);
  let compared = 0;
  return word => {
    compared += names.length;
    const meant = compared <= MOST_COMPARISONS ? nearest(word, names) : undefined;
    if (meant !== undefined) return `did you mean "${meant}"?`;
    if (names.length === 0) return 'none is declared';
    const all = choice ?? names;
    const shown = all.slice(0, 8);
    return `known: ${shown.join(', ')}${all.length > shown.length ? ', …' : ''}`;
  };
}

const PLAIN = /^[A-Za-z][A-Za-z0-9.-]*$/;
const TYPED = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** A word as YAML that reads back as the same text. */
export function yamlWord(word: string): string {
  return PLAIN.test(word) && !TYPED.has(word) ? word : `'${word.replace(/'/g, "''")}'`;
}

/** A flow list of words as YAML. */
export function yamlWords(words: readonly string[]): string {
  return `[${words.map(yamlWord).join(', ')}]`;
}

/** Help that prints lines to type, below a sentence. */
export function withLines(sentence: string, lines: readonly string[]): string {
  return [`${sentence}:`, ...lines].join('\n');
}
