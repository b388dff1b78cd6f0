import { splitAudience, splitName } from '../proof/names.ts';

/**
 * What of an input may be shown. Everything else is not: a form is known to hold nothing personal
 * and nothing secret, or its text stays where it is.
 */

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;
const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$/i;
const MOST = 253;

/** What stands in the place of anything else. */
export const BLANK = '<not shown>';

/** A GUID, or a blank. */
export function safeGuid(value: unknown): string {
  return typeof value === 'string' && GUID.test(value) ? value : BLANK;
}

/** A realm: a domain, a GUID, any (`*`) or none. */
export function isRealm(value: string): boolean {
  if (value === '' || value === '*') return true;
  return value.length <= MOST && (GUID.test(value) || DOMAIN.test(value));
}

/** A realm, or a blank. */
export function safeRealm(value: unknown): string {
  return typeof value === 'string' && isRealm(value) ? value : BLANK;
}

/** `<GUID>@<realm>`, which names an application or issuer and never a person, or a blank. */
export function safeName(value: unknown): string {
  if (typeof value !== 'string') return BLANK;
  const name = splitName(value) ?? splitName(value.replace(/@$/, '@*'));
  return name && GUID.test(name.principal) && isRealm(name.realm) ? value : safeOrigin(value);
}

/** `<GUID>/<host>@<realm>`, or a blank. */
export function safeAudience(value: unknown): string {
  const audience = splitAudience(value);
  if (!audience || audience.host.length > MOST) return safeOrigin(value);
  const { principal, host, realm } = audience;
  return GUID.test(principal) && HOST.test(host) && isRealm(realm) ? String(value) : BLANK;
}

/** The scheme and host of an address; what follows them may name somebody. */
export function safeOrigin(value: unknown): string {
  const [, origin, host = '', rest = ''] =
    (typeof value === 'string' && /^(https?:\/\/([^/?#@\s]*))([^\s]*)$/i.exec(value)) || [];
  if (origin === undefined || host.length > MOST || !HOST.test(host)) return BLANK;
  return rest === '' || rest === '/' ? origin : `${origin}/...`;
}

/** A word of a list, or a blank. */
export function oneOf(value: unknown, words: readonly string[]): string {
  return typeof value === 'string' && words.includes(value) ? value : BLANK;
}
