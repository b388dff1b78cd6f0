/** Text as Windows tools write it: UTF-8, or UTF-16 with its mark; `undefined` if broken. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const [first = 0, second = 0] = bytes;
  const mark = first * 256 + second;
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
