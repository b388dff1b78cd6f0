import type { Json, JsonObject } from '../kernel/json.ts';
import { checkLifetime } from './receive-claims.ts';
import { deny, show, type Selected } from './receive-key.ts';
import type { Judgement, Receiver, Registered } from './receiver.ts';
import type { Denial } from './report.ts';
import type { Bearer, Token } from './token.ts';

/** Whom each level lets a partner represent. */
const LEVELS: Readonly<Record<string, { readonly itself: boolean; readonly users: boolean }>> = {
  full: { itself: true, users: true },
  application: { itself: true, users: false },
  user: { itself: false, users: true },
};

/** Who calls: the application itself, or a user it may represent (V8 to V12, V14). */
export function checkCaller(
  { actor, outer }: Bearer,
  { receiver, now, partner }: Judgement & Selected,
): Denial | undefined {
  const level = LEVELS[partner.level];
  if (!level) return deny('V11', `${show(partner.level)} is no level of trust`);
  if (!outer) {
    return level.itself ? undefined : deny('V11', 'the partner may not call as itself');
  }
  return (
    checkOuter(outer, actor) ??
    checkLifetime(outer.claims, now) ??
    (level.users ? undefined : deny('V11', 'the partner may not represent users')) ??
    checkDelegation(actor) ??
    checkUser(outer.claims, receiver, partner)
  );
}

/** Nothing signs the outer token, so it must say nothing that the actor token does not. */
function checkOuter({ header, claims }: Token, actor: Token): Denial | undefined {
  if (header['typ'] !== 'JWT') return deny('V14', `an outer token of type ${show(header['typ'])}`);
  if (header['crit'] !== undefined) return deny('V4', 'a header with critical extensions');
  if (claims['iss'] !== actor.claims['nameid']) {
    return deny('V10', 'the outer token is not by the application of its actor token');
  }
  if (claims['aud'] !== actor.claims['aud']) {
    return deny('V9', 'outer and actor token are for different audiences');
  }
  return undefined;
}

/** Old and new issuers write the word and the value. */
function checkDelegation({ claims }: Token): Denial | undefined {
  const allowed = claims['trustedfordelegation'];
  if (allowed === 'true' || allowed === true) return undefined;
  return deny('V11', 'the actor token is not trusted for delegation');
}

const DIRECTORY = 'urn:office:idp:activedirectory';

/** The form of a name identifier, by the directory it belongs to. */
const IDENTIFIERS: Readonly<Record<string, RegExp>> = {
  [DIRECTORY]: /^s-1-5-21(?:-[0-9]{1,10}){4}$/,
  'urn:federation:microsoftonline': /^[0-9a-f]{16}$/,
};
const ADDRESSES = ['smtp', 'sip', 'upn'] as const;

/** A user of one of the receiver's domains, named in a way that it accepts (V12). */
function checkUser(
  claims: JsonObject,
  { domains }: Receiver,
  partner: Registered,
): Denial | undefined {
  const { nameid, nii } = claims;
  const addresses = ADDRESSES.flatMap(name => claims[name] ?? []);
  if (nameid === undefined && addresses.length === 0) return deny('V12', 'no user is named');
  if (nameid !== undefined || nii !== undefined) {
    const form = typeof nii === 'string' ? IDENTIFIERS[nii] : undefined;
    if (typeof nameid !== 'string' || !form?.test(nameid)) {
      return deny('V12', `${show(nameid)} is no identifier of ${show(nii)}`);
    }
    if (nii === DIRECTORY && !partner.acceptsSecurityIdentifiers) {
      return deny('V12', 'the partner may not name users by security identifier');
    }
  }
  const stranger = addresses.find(address => !isOf(address, domains));
  return stranger === undefined
    ? undefined
    : deny('V12', `${show(stranger)} is not of a domain of the receiver`);
}

function isOf(address: Json, domains: readonly string[]): boolean {
  const parts = typeof address === 'string' ? /^[^@\s]+@([^@\s]+)$/.exec(address) : null;
  if (!parts) return false;
  return domains.length === 0 || domains.includes((parts[1] ?? '').toLowerCase());
}
