/** Text that has been read once into a word that cannot be wrong. */
export type Brand<Name extends string> = string & { readonly __brand: Name };

/** A DNS name of several labels in lower case: letters, digits, hyphens. */
export type HostName = Brand<'HostName'>;
/** A GUID in lower case, by which a deployment is known in tokens. */
export type PrincipalId = Brand<'PrincipalId'>;
/** SHA-1 of a certificate's DER as 40 upper-case hexadecimal digits. */
export type Thumbprint = Brand<'Thumbprint'>;

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads a DNS name in the form every product accepts; `undefined` when the text is not one. */
export function hostName(text: string): HostName | undefined {
  const folded = text.toLowerCase();
  const labels = folded.split('.');
  const good = labels.length > 1 && folded.length <= 253 && labels.every(one => LABEL.test(one));
  return good ? (folded as HostName) : undefined;
}

/** Reads a GUID; `undefined` when the text is not one. */
export function principalId(text: string): PrincipalId | undefined {
  const folded = text.toLowerCase();
  return GUID.test(folded) ? (folded as PrincipalId) : undefined;
}

/** Reads a thumbprint, tolerating the blanks and the mark that Windows dialogs add. */
export function thumbprint(text: string): Thumbprint | undefined {
  const bare = text.replace(/[\s\u200e]/g, '').toUpperCase();
  return /^[0-9A-F]{40}$/.test(bare) ? (bare as Thumbprint) : undefined;
}
