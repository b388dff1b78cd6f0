/** `<principal>@<realm>` taken apart, in lower case. */
export interface TokenName {
  readonly principal: string;
  readonly realm: string;
}

/** `<principal>/<host>@<realm>` taken apart, in lower case. */
export interface Audience extends TokenName {
  readonly host: string;
}

/** Takes an issuer or application name apart; `undefined` when it is not one. */
export function splitName(value: unknown): TokenName | undefined {
  const parts = typeof value === 'string' ? /^([^@/]+)@([^@/]+)$/.exec(value) : null;
  const [, principal = '', realm = ''] = parts ?? [];
  return parts ? { principal: principal.toLowerCase(), realm: realm.toLowerCase() } : undefined;
}

/** Takes an audience apart; `undefined` when it is not exactly three parts. */
export function splitAudience(value: unknown): Audience | undefined {
  const parts = typeof value === 'string' ? /^([^@/]+)\/([^@/]+)@([^@/]+)$/.exec(value) : null;
  const [principal = '', host = '', realm = ''] =
    parts?.slice(1).map(one => one.toLowerCase()) ?? [];
  return parts ? { principal, host, realm } : undefined;
}

/** The host of an audience; empty where it is none. */
export function hostOf(audience: unknown): string {
  return splitAudience(audience)?.host ?? '';
}
