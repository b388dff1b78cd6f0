/** One part of a distinguished name: its short type and its value, unescaped. */
export interface NamePart {
  readonly type: string;
  readonly value: string;
}

/** Types that a subject may be made of, with their object identifiers and longest values. */
export const NAME_TYPES: Readonly<Record<string, { readonly oid: string; readonly most: number }>> =
  {
    CN: { oid: '2.5.4.3', most: 64 },
    C: { oid: '2.5.4.6', most: 2 },
    L: { oid: '2.5.4.7', most: 128 },
    ST: { oid: '2.5.4.8', most: 128 },
    O: { oid: '2.5.4.10', most: 64 },
    OU: { oid: '2.5.4.11', most: 64 },
    DC: { oid: '0.9.2342.19200300.100.1.25', most: 63 },
  };

/**
 * Reads `CN=a, O=b` (most specific first, `\,` for a comma) into its parts; says what is wrong with
 * a name that no certificate can carry.
 */
export function readDistinguishedName(text: string): NamePart[] | { readonly fault: string } {
  const parts = (text.match(/(?:\\.|[^,\\])+/gs) ?? []).map(readPart);
  const faults = parts.flatMap(faultOf);
  if (parts.length === 0) return { fault: 'is empty' };
  return faults[0] === undefined ? parts : { fault: faults[0] };
}

function readPart(text: string): NamePart {
  const [, type = '', value = ''] = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/s.exec(text) ?? [];
  return { type: type.toUpperCase(), value: value.replace(/\\(.)/gs, '$1') };
}

function faultOf({ type, value }: NamePart): string[] {
  const known = NAME_TYPES[type];
  if (!known)
    return [`has a part "${type}"; expected one of ${Object.keys(NAME_TYPES).join(', ')}`];
  const length = [...value].length;
  if (length === 0) return [`has an empty ${type}`];
  if (length > known.most) {
    return [`has a ${type} of ${length} characters; a certificate holds at most ${known.most}`];
  }
  if (value !== value.trim()) return [`has a ${type} with blanks around it`];
  return /\p{C}/u.test(value) ? [`has a ${type} with invisible characters`] : [];
}
