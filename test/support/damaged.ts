/** Bytes flipped, dropped, doubled or cut, the same ones in every run. */
export function damaged(whole: Buffer, turn: number): Buffer {
  const at = (turn * 7919) % whole.length;
  const to = Math.min(whole.length, at + 1 + (turn % 23));
  const kind = turn % 5;
  if (kind === 0) return whole.subarray(0, at);
  if (kind === 1) return Buffer.concat([whole.subarray(0, at), whole.subarray(to)]);
  if (kind === 2) return Buffer.concat([whole.subarray(0, to), whole.subarray(at)]);
  const changed = Buffer.from(whole);
  changed.writeUInt8(changed.readUInt8(at) ^ (1 << (turn % 8)), at);
  return kind === 3 ? changed : Buffer.from(changed.toString('latin1'), 'utf16le');
}
