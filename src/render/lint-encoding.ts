import { readOid, TAG, type DerNode } from '../evidence/der.ts';
import type { Lint, LintSubject } from './lint.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const RSA_SIGNATURE = /^1\.2\.840\.113549\.1\.1\.(4|5|11|12|13)$/;

/** Version, serial number, algorithm, dates and the strictness of the encoding. */
export const ENCODING_LINTS: readonly Lint[] = [
  {
    number: 1,
    id: 'invalid_certificate_version',
    severity: 'error',
    for: 'every',
    find: ({ fields }) => (fields.version === 3 ? undefined : `version ${fields.version}, not 3`),
  },
  {
    number: 2,
    id: 'serial_number_not_positive',
    severity: 'error',
    for: 'every',
    find: ({ fields: { serial } }) =>
      (serial.content[0] ?? 0x80) < 0x80 && serial.content.some(byte => byte !== 0)
        ? undefined
        : 'serial number is zero or negative',
  },
  {
    number: 3,
    id: 'serial_number_longer_than_20_octets',
    severity: 'error',
    for: 'every',
    find: ({ fields: { serial } }) =>
      serial.content.length <= 20 ? undefined : `serial of ${serial.content.length} octets`,
  },
  {
    number: 4,
    id: 'serial_number_low_entropy',
    severity: 'error',
    for: 'every',
    find: ({ info }) => (info.serial.length >= 16 ? undefined : 'serial has fewer than 64 bits'),
  },
  {
    number: 5,
    id: 'serial_number_not_unique',
    severity: 'error',
    for: 'every',
    find: ({ info, profile }) =>
      profile.serials?.has(info.serial) ? `serial ${info.serial} is taken` : undefined,
  },
  {
    number: 6,
    id: 'cert_sig_alg_not_match_tbs_sig_alg',
    severity: 'error',
    for: 'every',
    find: ({ fields: { innerAlgorithm, outerAlgorithm } }) =>
      Buffer.compare(innerAlgorithm.whole, outerAlgorithm.whole) === 0
        ? undefined
        : 'the signed and the outer algorithm differ',
  },
  {
    number: 11,
    id: 'tbs_signature_rsa_encryption_parameter_not_null',
    severity: 'error',
    for: 'every',
    find: missingNull,
  },
  {
    number: 20,
    id: 'validity_time_not_positive',
    severity: 'error',
    for: 'every',
    find: ({ info }) => (info.notBefore < info.notAfter ? undefined : 'ends before it begins'),
  },
  {
    number: 21,
    id: 'wrong_time_format',
    severity: 'error',
    for: 'every',
    find: ({ fields }) => wrongTime(fields.notBefore) ?? wrongTime(fields.notAfter),
  },
  {
    number: 22,
    id: 'validity_too_long',
    severity: 'warning',
    for: 'every',
    find: ({ info, profile }) => {
      const days = (Date.parse(info.notAfter) - Date.parse(info.notBefore)) / DAY;
      const longest = profile.longest ?? Number.POSITIVE_INFINITY;
      return days <= longest ? undefined : `lives ${Math.ceil(days)} days, more than ${longest}`;
    },
  },
  {
    number: 23,
    id: 'cert_backdated',
    severity: 'error',
    for: 'every',
    find: ({ info, profile }) =>
      profile.now && profile.now.getTime() - Date.parse(info.notBefore) > DAY
        ? 'begins more than a day before it is made'
        : undefined,
  },
  {
    number: 39,
    id: 'der_not_strict',
    severity: 'error',
    for: 'every',
    find: ({ fields }) =>
      // Values of extensions are DER inside of an octet string.
      firstFault([fields.root, ...fields.extensions.flatMap(({ value }) => value ?? [])]),
  },
];

function missingNull({ fields }: LintSubject): string | undefined {
  const algorithms = [fields.innerAlgorithm, fields.outerAlgorithm];
  const bare = algorithms.some(
    ({ children: [oid, parameters] }) =>
      RSA_SIGNATURE.test(readOid(oid)) && parameters?.tag !== TAG.null,
  );
  return bare ? 'parameters of the RSA algorithm are not NULL' : undefined;
}

function wrongTime({ tag, content }: DerNode): string | undefined {
  const text = Buffer.from(content).toString('latin1');
  if (tag === TAG.utcTime) return /^\d{12}Z$/.test(text) ? undefined : `UTCTime "${text}"`;
  const good = tag === TAG.generalizedTime && /^\d{14}Z$/.test(text) && text >= '2050';
  return good ? undefined : `GeneralizedTime "${text}"`;
}

/** The first value whose encoding DER does not allow. */
function notStrict(node: DerNode): string | undefined {
  const shape = STRICT.get(node.tag);
  if (!node.minimal) return 'a length is not minimal';
  if (shape && !shape.good(node)) return shape.fault;
  return firstFault(node.children);
}

function firstFault(nodes: readonly DerNode[]): string | undefined {
  for (const node of nodes) {
    const found = notStrict(node);
    if (found !== undefined) return found;
  }
  return undefined;
}

const STRICT: ReadonlyMap<number, { good: (node: DerNode) => boolean; fault: string }> = new Map([
  [
    TAG.boolean,
    // FALSE is the default wherever a certificate has a boolean, so it is never written.
    {
      good: ({ content }: DerNode) => content.length === 1 && content[0] === 0xff,
      fault: 'a boolean is not TRUE as 0xFF',
    },
  ],
  [TAG.integer, { good: isMinimalInteger, fault: 'an integer is not minimal' }],
  [
    TAG.bitString,
    {
      good: ({ content }: DerNode) => hasZeroPadding(content),
      fault: 'a bit string has bad padding',
    },
  ],
  [TAG.set, { good: isSorted, fault: 'a set is not sorted' }],
]);

function isMinimalInteger({ content }: DerNode): boolean {
  const [first, second] = content;
  if (first === undefined || second === undefined) return first !== undefined;
  return !(first === 0 && second < 0x80) && !(first === 0xff && second >= 0x80);
}

function hasZeroPadding(content: Uint8Array): boolean {
  const unused = content[0] ?? 8;
  const last = content.length > 1 ? (content.at(-1) ?? 0) : 0;
  return unused < 8 && (last & ((1 << unused) - 1)) === 0;
}

function isSorted({ children }: DerNode): boolean {
  return children.every((child, at) => {
    const next = children[at + 1];
    return !next || Buffer.compare(child.whole, next.whole) <= 0;
  });
}
