import type { Json, JsonObject } from '../kernel/json.ts';
import { splitAudience, splitName } from './names.ts';
import { deny, show, type Selected } from './receive-key.ts';
import type { Judgement, Receiver } from './receiver.ts';
import type { Denial } from './report.ts';
import type { Token } from './token.ts';

const SKEW = 300;
const LONGEST = 25 * 60 * 60;

/** The claims of a signed actor token: lifetime (V8), audience (V9), application (V10). */
export function checkActorClaims(
  { claims }: Token,
  { receiver, now, partner, key }: Judgement & Selected,
): Denial | undefined {
  const early = checkLifetime(claims, now) ?? checkAudience(claims['aud'], receiver);
  if (early) return early;
  if (Number(claims['nbf']) + SKEW < key.certificate.notBefore.getTime() / 1000) {
    return deny('V6', 'the token begins before its certificate');
  }
  const application = splitName(claims['nameid']);
  const issuer = splitName(claims['iss']);
  if (application?.principal !== partner.principal || application.realm !== issuer?.realm) {
    return deny('V10', `the application ${show(claims['nameid'])} is not the partner`);
  }
  if (!partner.enabled) return deny('V10', 'the partner is disabled');
  return undefined;
}

/** Begins, ends, and is neither over nor yet to come, nor longer than any issuer makes it (V8). */
export function checkLifetime({ nbf, exp }: JsonObject, now: Date): Denial | undefined {
  const begins = seconds(nbf);
  const ends = seconds(exp);
  const today = now.getTime() / 1000;
  if (begins === undefined || ends === undefined) {
    return deny('V8', 'the token does not say in seconds when it begins and ends');
  }
  if (begins > today + SKEW) return deny('V8', 'the token is not valid yet');
  if (ends <= today - SKEW) return deny('V8', 'the token has expired');
  if (ends <= begins) return deny('V8', 'the token ends before it begins');
  if (ends - begins > LONGEST) return deny('V8', 'the token is valid for more than 25 hours');
  return undefined;
}

/** Older issuers write digits in a text. */
function seconds(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && /^[0-9]{1,12}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(number) ? (number as number) : undefined;
}

/** Names this receiver by principal, host and realm (V9). */
function checkAudience(value: Json | undefined, receiver: Receiver): Denial | undefined {
  const audience = splitAudience(value);
  if (!audience) return deny('V9', `${show(value)} is not an audience`);
  const { principal, host, realm } = audience;
  if (principal !== receiver.principal || realm !== receiver.realm) {
    const own = `${receiver.principal}@${receiver.realm}`;
    return deny('V9', `the audience ${show(value)} is not the receiver ${own}`);
  }
  if (receiver.hosts.includes(host)) return undefined;
  return deny('V9', `the host ${host} is not one by which the receiver is called`);
}
