import { shown } from './visible.ts';

/** One error of a compiled schema, as far as a sentence needs it. */
interface SchemaFault {
  readonly instancePath?: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object in braces',
};

/** The versions of our formats that this version reads. */
const READABLE = /^1\.[0-9]+$/;

/** What of a document that another program wrote does not fit its schema, in words. */
export function firstFault(
  faults: readonly SchemaFault[] | null | undefined,
  what: string,
  document: unknown,
): string {
  const version = (document as { readonly format_version?: unknown } | null)?.format_version;
  // Another version may differ in anything, and what differs first explains nothing.
  if (typeof version === 'string' && !READABLE.test(version)) {
    return `it has format version "${shown(version)}", and this version of Concordat reads 1.x`;
  }
  const [first] = faults ?? [];
  if (!first) return `it is not ${what}`;
  const { instancePath: path = '', keyword, params, message } = first;
  const where = path === '' ? 'it' : `what it says at ${path}`;
  const type = TYPES[String(params['type'])];
  if (keyword === 'type' && type !== undefined) return `${where} is not ${type}`;
  if (keyword === 'required') return `${where} lacks "${String(params['missingProperty'])}"`;
  if (keyword === 'additionalProperties') {
    const name = shown(String(params['additionalProperty']));
    return `${where} has "${name}", which no version that is read here has`;
  }
  if (keyword === 'const') return `${where} is not "${String(params['allowedValue'])}"`;
  if (keyword === 'enum') return `${where} is none of: ${String(params['allowedValues'])}`;
  return `${where} ${message ?? `is not ${what}`}`;
}
