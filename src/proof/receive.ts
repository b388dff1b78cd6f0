import type { Judgement } from './receiver.ts';
import { checkActorClaims } from './receive-claims.ts';
import { checkActorForm, checkSignature, selectKey } from './receive-key.ts';
import { checkCaller } from './receive-caller.ts';
import type { Denial } from './report.ts';
import { isDenial, readToken, type Bearer } from './token.ts';

/**
 * Judges a bearer value as the strictest receiver would, by rules V1 to V14. The order is that of
 * a real receiver, except that no claim but the issuer's name, which only selects the keys, is
 * looked at before the signature holds.
 */
export async function receive(text: string, judgement: Judgement): Promise<Denial | 'accepted'> {
  const bearer = open(text);
  if (isDenial(bearer)) return bearer;
  const form = checkActorForm(bearer.actor, judgement.receiver);
  if (form) return form;
  const selected = selectKey(bearer.actor, judgement);
  if (isDenial(selected)) return selected;
  return (
    (await checkSignature(bearer.actor, selected.key)) ??
    checkActorClaims(bearer.actor, { ...judgement, ...selected }) ??
    checkCaller(bearer, { ...judgement, ...selected }) ??
    'accepted'
  );
}

/** Tells the two kinds apart: an actor token alone, or one inside an unsigned outer token. */
function open(text: string): Bearer | Denial {
  const token = readToken(text);
  if (isDenial(token)) return token;
  const inner = token.claims['actortoken'];
  if (inner === undefined) return { actor: token };
  if (token.header['alg'] !== 'none' || token.signature !== '') {
    return { rule: 'V3', because: 'an outer token is not of algorithm "none" without signature' };
  }
  if (typeof inner !== 'string') return { rule: 'V1', because: 'the actor token is not a text' };
  const actor = readToken(inner);
  if (isDenial(actor)) return actor;
  if (actor.claims['actortoken'] === undefined) return { actor, outer: token };
  return { rule: 'V1', because: 'an actor token holds another one' };
}
