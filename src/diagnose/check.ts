import { NOT_IN_STORE, type Evidence } from '../evidence/evidence.ts';
import { worded } from '../kernel/canonical.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { meets } from '../products/expression.ts';
import type { Check } from './refusal.ts';

/** What one object says: what stands there where the row is not the cause, or something else. */
export type Meeting = 'meets' | 'fails' | 'unknown';

/** What an entry's evidence says of its cause. */
export type Says = 'confirms' | 'against' | 'open';

/** Where and when something was read, and against which clock it is held. */
export interface Look {
  readonly evidence: Evidence;
  readonly now: Date;
}

/** Whether an object is one that counts. */
export function counts(object: JsonObject, { of = {} }: Check): boolean {
  return meets(object, of);
}

/** What an object says; `undefined` is a property that was not read. */
export function meeting(value: Json | undefined, check: Check, look: Look): Meeting {
  if (value === undefined) return 'unknown';
  if (check.is !== undefined) return matches(check.is, value) ? 'meets' : 'fails';
  if (check.after !== undefined) return isAhead(value, look.now);
  return check.certificate ? ofCertificate(worded(value), check.certificate, look) : 'unknown';
}

/** What all that count say together. */
export function saying(found: readonly Meeting[], { among = 'all', none, meets }: Check): Says {
  if (found.length === 0) return none ?? 'open';
  const word = together(found, among);
  if (word === 'fails') return 'confirms';
  return word === 'meets' ? (meets ?? 'against') : 'open';
}

function together(found: readonly Meeting[], among: Check['among']): Meeting {
  const [first = 'unknown'] = found;
  if (among === 'same') return found.every(one => one === first) ? first : 'unknown';
  const [decisive, other] =
    among === 'any' ? (['meets', 'fails'] as const) : (['fails', 'meets'] as const);
  if (found.includes(decisive)) return decisive;
  return found.includes('unknown') ? 'unknown' : other;
}

function matches(pattern: string, value: Json): boolean {
  return new RegExp(pattern, 'i').test(worded(value));
}

function isAhead(value: Json, now: Date): Meeting {
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(instant)) return 'unknown';
  return instant > now.getTime() ? 'meets' : 'fails';
}

function ofCertificate(name: string, wanted: 'held' | 'lasts', { evidence, now }: Look): Meeting {
  const thumbprint = name.trim().toUpperCase();
  if (wanted === 'lasts') {
    return isAhead(evidence.certificates.get(thumbprint)?.notAfter ?? null, now);
  }
  const key = evidence.privateKeys.get(thumbprint);
  const isGone = evidence.unread.get(`certificate ${thumbprint}`) === NOT_IN_STORE;
  if (thumbprint === '' || isGone || key === 'absent') return 'fails';
  return key === 'present' ? 'meets' : 'unknown';
}
