/** What a reader's program would act on, or not show at all. */
const UNSHOWN =
  /[\0-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb]|\p{Surrogate}|\p{Default_Ignorable_Code_Point}/gu;

/** Text in which nothing can move a cursor, turn the direction of writing or hide: `<U+202E>`. */
export function visible(text: string): string {
  return text.replace(UNSHOWN, character => {
    const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `<U+${point}>`;
  });
}

const MOST_SHOWN = 120;

/** Foreign text for a sentence of ours: short, and nothing in it can hide or move. */
export function shown(text: string): string {
  const plain = visible(text);
  return plain.length > MOST_SHOWN ? `${plain.slice(0, MOST_SHOWN)}…` : plain;
}
