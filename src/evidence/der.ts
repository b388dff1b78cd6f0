/** One value of DER: its tag byte, its bytes and, where it is constructed, what is inside. */
export interface DerNode {
  /** Identifier byte: class, constructed bit and tag number (`0x30`: a sequence). */
  readonly tag: number;
  /** Identifier, length and content. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
  readonly children: readonly DerNode[];
  /** Whether the length is written in the one form that DER allows. */
  readonly minimal: boolean;
}

// An issuer certificate has some hundred values nine levels deep; more is an attack or a mistake.
const MOST_NODES = 5_000;
const DEEPEST = 24;

/** Takes bytes apart as one DER value; `undefined` when they are not exactly one. */
export function readDer(bytes: Uint8Array): DerNode | undefined {
  const budget = { nodes: MOST_NODES };
  const node = readNode(bytes, DEEPEST, budget);
  return node?.whole.length === bytes.length ? node : undefined;
}

interface Budget {
  nodes: number;
}

function readNode(bytes: Uint8Array, depth: number, budget: Budget): DerNode | undefined {
  const tag = bytes[0];
  const length = readLength(bytes);
  // Tag numbers above 30 take more bytes and occur in nothing we read.
  if (tag === undefined || (tag & 0x1f) === 0x1f || !length) return undefined;
  if (depth === 0 || budget.nodes-- === 0) return undefined;
  const { start, end, minimal } = length;
  if (end > bytes.length) return undefined;
  const content = bytes.subarray(start, end);
  const children = (tag & 0x20) === 0 ? [] : readChildren(content, depth - 1, budget);
  return children && { tag, whole: bytes.subarray(0, end), content, children, minimal };
}

function readChildren(
  content: Uint8Array,
  depth: number,
  budget: Budget,
): readonly DerNode[] | undefined {
  const children: DerNode[] = [];
  for (let at = 0; at < content.length;) {
    const child = readNode(content.subarray(at), depth, budget);
    if (!child) return undefined;
    children.push(child);
    at += child.whole.length;
  }
  return children;
}

function readLength(
  bytes: Uint8Array,
): { start: number; end: number; minimal: boolean } | undefined {
  const first = bytes[1];
  if (first === undefined) return undefined;
  if (first < 0x80) return { start: 2, end: 2 + first, minimal: true };
  const count = first & 0x7f;
  // 0x80 is the indefinite form of BER; four bytes of length are more than any file we read.
  if (count === 0 || count > 3 || bytes.length < 2 + count) return undefined;
  const length = bytes.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0);
  const minimal = bytes[2] !== 0 && length >= 0x80;
  return { start: 2 + count, end: 2 + count + length, minimal };
}

/** Reads an object identifier into dotted form. */
export function readOid(node: DerNode | undefined): string {
  if (node?.tag !== TAG.oid) return '';
  const parts: number[] = [];
  let value = 0;
  for (const byte of node.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    parts.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = parts;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}

/** Tag bytes by the names of X.680. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context3: 0xa3,
  /** A GeneralName that is a DNS name. */
  dnsName: 0x82,
} as const;
