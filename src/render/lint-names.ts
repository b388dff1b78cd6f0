import { dnsNames, extensionOf, nameAttributes, OID } from '../evidence/certificate-fields.ts';
import { TAG } from '../evidence/der.ts';
import { hostName } from '../kernel/names.ts';
import { NAME_TYPES } from './distinguished-name.ts';
import type { Lint, LintSubject } from './lint.ts';

/** Distinguished names and DNS names. */
export const NAME_LINTS: readonly Lint[] = [
  {
    number: 12,
    id: 'issuer_field_empty',
    severity: 'error',
    for: 'every',
    find: ({ fields }) => (fields.issuer.children.length > 0 ? undefined : 'issuer is empty'),
  },
  {
    number: 13,
    id: 'subject_empty_without_san',
    severity: 'error',
    for: 'every',
    find: ({ fields }) =>
      fields.subject.children.length > 0 || extensionOf(fields, OID.subjectAltName)?.critical
        ? undefined
        : 'subject is empty and no critical SAN stands in for it',
  },
  {
    number: 14,
    id: 'subject_common_name_max_length',
    severity: 'error',
    for: 'every',
    find: subject => {
      const long = attributesOf(subject, OID.commonName).find(({ text }) => [...text].length > 64);
      return long && `CN of ${[...long.text].length} characters, more than 64`;
    },
  },
  {
    number: 15,
    id: 'subject_common_name_not_from_san',
    severity: 'warning',
    for: 'named',
    find: subject => {
      const names = subject.info.names;
      const common = attributesOf(subject, OID.commonName);
      const other = common.find(({ text }) => !names.includes(text.toLowerCase()));
      return other && `CN "${other.text}" is not among the DNS names`;
    },
  },
  {
    number: 16,
    id: 'subject_dn_string_type',
    severity: 'error',
    for: 'every',
    find: ({ fields }) =>
      nameAttributes(fields.subject).find(attribute => !isWellTyped(attribute)) &&
      'a part of the subject has the wrong string type or characters outside it',
  },
  {
    number: 17,
    id: 'subject_dn_leading_or_trailing_whitespace',
    severity: 'error',
    for: 'every',
    find: ({ fields }) =>
      nameAttributes(fields.subject).find(({ text }) => text !== text.trim()) &&
      'a part of the subject has blanks around it',
  },
  {
    number: 18,
    id: 'multiple_attributes_in_rdn',
    severity: 'error',
    for: 'every',
    find: ({ fields }) =>
      fields.subject.children.find(({ children }) => children.length !== 1) &&
      'a relative name of the subject has several parts',
  },
  {
    number: 19,
    id: 'subject_country_not_iso',
    severity: 'error',
    for: 'every',
    find: subject =>
      attributesOf(subject, OID.country).find(({ text }) => !/^[A-Z]{2}$/.test(text)) &&
      'country is not two capital letters',
  },
  {
    number: 35,
    id: 'dnsname_bad_character_in_label',
    severity: 'error',
    for: 'every',
    find: ({ fields }) =>
      quoted(dnsNames(fields).find(name => !hostName(name.replace(/^\*\./, '')))),
  },
  {
    number: 36,
    id: 'dnsname_wildcard',
    severity: 'error',
    for: 'every',
    find: ({ fields, profile }) => {
      // A certificate that another hand issued may well have wildcards; one for domains may not.
      const allowed = profile.names === undefined ? /^(\*\.)?[^*]+\.[^*]+$/ : /^[^*]+$/;
      return quoted(dnsNames(fields).find(name => !allowed.test(name)));
    },
  },
  {
    number: 37,
    id: 'san_dns_name_duplicate',
    severity: 'error',
    for: 'every',
    find: ({ info: { names } }) =>
      quoted(
        names.find((name, at) => names.indexOf(name) !== at),
        'twice',
      ),
  },
  {
    number: 38,
    id: 'san_misses_domain',
    severity: 'error',
    for: 'named',
    find: ({ info, profile }) =>
      quoted(
        profile.names?.find(name => !info.names.includes(name)),
        'missing',
      ),
  },
];

function quoted(name: string | undefined, what = 'not acceptable'): string | undefined {
  return name === undefined ? undefined : `DNS name ${JSON.stringify(name)} is ${what}`;
}

type Attribute = ReturnType<typeof nameAttributes>[number];

function attributesOf({ fields }: LintSubject, oid: string): Attribute[] {
  return nameAttributes(fields.subject).filter(attribute => attribute.oid === oid);
}

/** The characters of a PrintableString. */
export const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

function isWellTyped({ oid, tag, text }: Attribute): boolean {
  if (oid === NAME_TYPES['DC']?.oid) return tag === TAG.ia5String;
  if (tag === TAG.utf8String) return oid !== OID.country && !text.includes('\ufffd');
  return tag === TAG.printableString && PRINTABLE.test(text);
}
