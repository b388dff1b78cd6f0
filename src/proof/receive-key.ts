import { createHash } from 'node:crypto';
import { compactVerify } from 'jose';
import { splitName } from './names.ts';
import type { Judgement, Receiver, ReceiverKey, Registered } from './receiver.ts';
import type { Denial } from './report.ts';
import { x5tOf } from './certificate.ts';
import type { Token } from './token.ts';

/** The partner that a token's issuer name means, and the one key its header selects. */
export interface Selected {
  readonly partner: Registered;
  readonly key: ReceiverKey;
}

const LEAST_BITS = 2048;
const LEAST_EXPONENT = 65537n;

/** The header of an actor token: algorithm (V3), type (V14), no surprises (V4), not ours (V13). */
export function checkActorForm(actor: Token, receiver: Receiver): Denial | undefined {
  const { header, claims, signature } = actor;
  const { alg, typ, crit, kid, x5t } = header;
  if (alg !== 'RS256') return deny('V3', `an actor token of algorithm ${show(alg)}`);
  if (signature === '') return deny('V3', 'an actor token without signature');
  if (typ !== 'JWT') return deny('V14', `a token of type ${show(typ)}`);
  if (crit !== undefined) return deny('V4', 'a header with critical extensions');
  if (typeof x5t !== 'string') return deny('V4', 'a header without thumbprint selects no key');
  if (kid !== undefined && kid !== x5t) return deny('V4', 'a key id that is not the thumbprint');
  if (claims['iss'] === `${receiver.principal}@${receiver.realm}`) {
    return deny('V13', 'the issuer is the receiver itself');
  }
  if (receiver.own.map(x5tOf).includes(x5t)) {
    return deny('V13', "signed with the receiver's own certificate");
  }
  return undefined;
}

/** The configured key of the named issuer; unregistered issuers have none (V7). */
export function selectKey(actor: Token, { receiver, now }: Judgement): Selected | Denial {
  const { iss } = actor.claims;
  const name = splitName(iss);
  const partners = (name && receiver.partners.get(`${name.principal}@${name.realm}`)) ?? [];
  const [partner] = partners;
  if (!partner) return deny('V7', `no partner is registered under the issuer ${show(iss)}`);
  if (partners.length > 1) return deny('V4', `several partners are registered as ${show(iss)}`);
  if (partner.keys.length === 0) return deny('V7', partner.keyless);
  const matching = partner.keys.filter(key => isNamedBy(key, actor));
  const [key] = matching;
  if (!key) return deny('V5', 'the thumbprint is of none of the configured certificates');
  if (matching.length > 1) return deny('V4', 'the thumbprint selects several keys');
  return checkKey(key, now) ?? { partner, key };
}

function isNamedBy({ certificate }: ReceiverKey, { header }: Token): boolean {
  const modern = header['x5t#S256'];
  const sha256 = createHash('sha256').update(certificate.der).digest('base64url');
  return header['x5t'] === x5tOf(certificate.thumbprint) && (modern ?? sha256) === sha256;
}

/** RSA of some strength, meant to sign, inside its certificate's time (V6). */
function checkKey({ certificate }: ReceiverKey, now: Date): Denial | undefined {
  const { modulusLength = 0, publicExponent = 0n } =
    certificate.publicKey.asymmetricKeyDetails ?? {};
  const isRsa = certificate.publicKey.asymmetricKeyType === 'rsa';
  if (!isRsa || modulusLength < LEAST_BITS || publicExponent < LEAST_EXPONENT) {
    return deny('V6', 'the certificate has no RSA key of at least 2048 bits');
  }
  if (!certificate.maySign) return deny('V6', 'the certificate may not be used to sign');
  if (now < certificate.notBefore || now > certificate.notAfter) {
    return deny('V6', `the certificate does not hold at ${now.toISOString()}`);
  }
  return undefined;
}

/** The signature (V7). The library decides alone here: everything lenient in it was ruled out. */
export async function checkSignature(actor: Token, key: ReceiverKey): Promise<Denial | undefined> {
  try {
    await compactVerify(actor.text, key.verifyWith, { algorithms: ['RS256'] });
    return undefined;
  } catch {
    return deny('V7', 'the signature is not by the key of the certificate');
  }
}

/** A refusal. */
export function deny(rule: Denial['rule'], because: string): Denial {
  return { rule, because };
}

/** A value of a token in a sentence. */
export function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
