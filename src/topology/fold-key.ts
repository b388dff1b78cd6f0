/** Plain keys, which are nearly all, fold to themselves; of ASCII only the case is folded. */
const PLAIN = /^[a-z0-9_-]*$/;
const ASCII = /^[\0-\x7f]*$/;

/** Two keys that a person or a file system could take for one fold to the same text. */
export function foldKey(key: string): string {
  if (PLAIN.test(key)) return key;
  if (ASCII.test(key)) return key.toLowerCase();
  return key.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}

/** What is said of two keys that fold to the same text. */
export function alike(key: string, first: string): string {
  return `"${key}" and "${first}" differ only in case or in how letters are composed`;
}
