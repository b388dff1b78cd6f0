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

/** What of a document that another program wrote does not fit its schema, in words. */
export function firstFault(
  faults: readonly SchemaFault[] | null | undefined,
  what: string,
): string {
  const [first] = faults ?? [];
  if (!first) return `it is not ${what}`;
  const { instancePath: path = '', keyword, params, message } = first;
  const where = path === '' ? 'it' : `what it says at ${path}`;
  const type = TYPES[String(params['type'])];
  if (keyword === 'type' && type !== undefined) return `${where} is not ${type}`;
  if (keyword === 'required') return `${where} lacks "${String(params['missingProperty'])}"`;
  return `${where} ${message ?? `is not ${what}`}`;
}
