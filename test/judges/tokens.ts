import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readBundle } from '../../src/proof/bundle.ts';
import { signedToken } from '../../src/proof/mint.ts';
import type { ProofInput } from '../../src/proof/prove.ts';
import { readSenders } from '../../src/proof/sender.ts';

/** A token with everything that an independent judge needs to accept it. */
export interface JudgedToken {
  /** Compact form. */
  readonly token: string;
  readonly audience: string;
  readonly issuer: string;
  /** Seconds; judges that know only today's clock need it. */
  readonly now: number;
  /** JWK set as text: one key, `kid` and `x5t` as in the header. */
  readonly jwks: string;
  readonly certificatePem: string;
}

/** Writes the actor token of one edge as the proof does, with the issuer's own key. */
export async function judgedToken(
  input: ProofInput,
  { acceptor, issuer }: { readonly acceptor: string; readonly issuer: string },
): Promise<JudgedToken> {
  const bundle = readBundle(input.files);
  const product = input.catalog.products.get(input.products.get(issuer) ?? '');
  const [sender] = readSenders({ bundle, issuer, acceptor, product }, input.now);
  const secret = await input.open(issuer);
  const certificate = bundle.certificates.get(sender.thumbprint ?? '')?.certificate;
  if (!secret || !certificate) throw new Error(`no key of ${issuer} is here`);
  const pkcs8 = Buffer.from(secret.reveal());
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const x5t = String(sender.header['x5t']);
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return {
    token: await signedToken(sender.header, sender.claims, key),
    audience: String(sender.claims['aud']),
    issuer: String(sender.claims['iss']),
    now: Math.floor(input.now.getTime() / 1000),
    jwks: JSON.stringify({ keys: [{ ...jwk, use: 'sig', alg: 'RS256', kid: x5t, x5t }] }),
    certificatePem: new X509Certificate(certificate.der).toString(),
  };
}

/** The token with one character of a segment (0 to 2) replaced by another. */
export function alteredToken(token: string, segment: number): string {
  const parts = token.split('.');
  const part = parts[segment] ?? '';
  const at = Math.floor(part.length / 2);
  parts[segment] = part.slice(0, at) + (part[at] === 'A' ? 'B' : 'A') + part.slice(at + 1);
  return parts.join('.');
}
