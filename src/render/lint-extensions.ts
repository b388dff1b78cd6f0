import { extensionOf, OID, type Extension } from '../evidence/certificate-fields.ts';
import { readOid, TAG } from '../evidence/der.ts';
import type { Lint, LintSubject } from './lint.ts';

/** Bits of the key usage extension, in their order. */
const USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

/** Extended usages by their short names. */
const EXTENDED_USAGES: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
]);

// Usages of which one is needed to be a TLS server.
const SERVES: readonly string[] = ['digitalSignature', 'keyEncipherment', 'keyAgreement'];

/** Extensions: which are there, whether they are critical, what they say. */
export const EXTENSION_LINTS: readonly Lint[] = [
  {
    number: 24,
    id: 'cert_extensions_duplicate',
    severity: 'error',
    for: 'every',
    find: ({ fields: { extensions } }) => {
      const twice = extensions.find(
        ({ oid }, at) => extensions.findIndex(other => other.oid === oid) !== at,
      );
      return twice && `extension ${twice.oid} occurs twice`;
    },
  },
  {
    number: 25,
    id: 'ext_empty',
    severity: 'error',
    for: 'every',
    find: ({ fields }) => {
      const empty = fields.extensions.find(isEmpty);
      return empty && `extension ${empty.oid} is empty or cannot be read`;
    },
  },
  {
    number: 26,
    id: 'ext_key_usage_not_as_declared',
    severity: 'error',
    for: 'every',
    find: wrongKeyUsage,
  },
  {
    number: 27,
    id: 'key_usage_without_digital_signature',
    severity: 'error',
    for: 'every',
    find: ({ fields }) =>
      usagesOf(extensionOf(fields, OID.keyUsage)).includes('digitalSignature')
        ? undefined
        : 'the key may not sign',
  },
  {
    number: 28,
    id: 'sub_cert_key_usage_cert_sign_bit_set',
    severity: 'error',
    for: 'every',
    find: ({ fields }) =>
      usagesOf(extensionOf(fields, OID.keyUsage)).includes('keyCertSign')
        ? 'the key may sign certificates'
        : undefined,
  },
  {
    number: 29,
    id: 'key_usage_and_extended_key_usage_inconsistent',
    severity: 'error',
    for: 'every',
    find: ({ fields }) => {
      const server = extendedUsagesOf(extensionOf(fields, OID.extendedKeyUsage));
      const usages = usagesOf(extensionOf(fields, OID.keyUsage));
      const served = !server.includes('serverAuth') || usages.some(one => SERVES.includes(one));
      return served ? undefined : 'serverAuth without a usage that serves';
    },
  },
  {
    number: 30,
    id: 'ext_extended_key_usage_not_as_declared',
    severity: 'error',
    for: 'every',
    find: wrongExtendedUsage,
  },
  {
    number: 31,
    id: 'basic_constraints_ca',
    severity: 'error',
    for: 'every',
    find: ({ fields }) => {
      const constraints = extensionOf(fields, OID.basicConstraints);
      const good = constraints?.critical && constraints.value?.children.length === 0;
      return good ? undefined : 'basic constraints are not critical and plain "not a CA"';
    },
  },
  {
    number: 32,
    id: 'ext_subject_key_identifier',
    severity: 'error',
    for: 'named',
    find: ({ fields }) =>
      extensionOf(fields, OID.subjectKeyIdentifier)?.critical === false
        ? undefined
        : 'subject key identifier is missing or critical',
  },
  {
    number: 33,
    id: 'ext_authority_key_identifier',
    severity: 'error',
    for: 'every',
    find: ({ fields }) => {
      const authority = extensionOf(fields, OID.authorityKeyIdentifier);
      const named = authority?.value?.children.some(({ tag }) => tag === 0x80);
      const good = !authority || (!authority.critical && named);
      return good ? undefined : 'authority key identifier is critical or names no key';
    },
  },
  {
    number: 34,
    id: 'ext_san_missing',
    severity: 'error',
    for: 'named',
    find: ({ fields }) =>
      extensionOf(fields, OID.subjectAltName) ? undefined : 'subject alternative names are missing',
  },
  {
    number: 41,
    id: 'ext_not_in_vendor_shape',
    severity: 'error',
    for: 'bare',
    find: ({ fields }) => {
      const unwanted = [OID.subjectAltName, OID.subjectKeyIdentifier];
      const extra = unwanted.find(oid => extensionOf(fields, oid));
      return extra && `extension ${extra} is not in the certificates this product makes itself`;
    },
  },
];

function isEmpty({ oid, value }: Extension): boolean {
  if (!value) return true;
  // The empty sequence is how basic constraints say "not a CA".
  return value.content.length === 0 && oid !== OID.basicConstraints;
}

function wrongKeyUsage({ fields, profile }: LintSubject): string | undefined {
  const extension = extensionOf(fields, OID.keyUsage);
  if (!extension?.critical) return 'key usage is missing or not critical';
  const found = usagesOf(extension);
  const { usages } = profile;
  const declared = usages === undefined || sameSet(found, usages);
  if (!declared) return `key usage is ${found.join(', ')}; expected ${usages.join(', ')}`;
  const unused = extension.value?.content[0] ?? 0;
  const minimal = ((extension.value?.content.at(-1) ?? 0) >> unused) & 1;
  return minimal === 1 ? undefined : 'key usage has bits to spare';
}

function wrongExtendedUsage({ fields, profile }: LintSubject): string | undefined {
  const extension = extensionOf(fields, OID.extendedKeyUsage);
  if (extension?.critical) return 'extended key usage is critical';
  const found = extendedUsagesOf(extension);
  const declared = profile.extendedUsages;
  if (declared === undefined || sameSet(found, declared)) return undefined;
  return `extended key usage is ${found.join(', ')}; expected ${declared.join(', ')}`;
}

function sameSet(found: readonly string[], wanted: readonly string[]): boolean {
  return found.length === wanted.length && found.every(one => wanted.includes(one));
}

function usagesOf(extension: Extension | undefined): string[] {
  if (extension?.value?.tag !== TAG.bitString) return [];
  const [, first = 0, second = 0] = extension.value.content;
  const bits = (first << 8) | second;
  return USAGES.filter((_, at) => (bits & (0x8000 >> at)) !== 0);
}

function extendedUsagesOf(extension: Extension | undefined): string[] {
  const oids = (extension?.value?.children ?? []).map(readOid);
  return oids.map(oid => EXTENDED_USAGES.get(oid) ?? oid);
}
