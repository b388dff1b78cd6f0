import { createHmac, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { JsonObject } from '../kernel/json.ts';

const signBytes = promisify(
  (
    data: Uint8Array,
    key: KeyObject,
    done: (error: Error | null, signature: Buffer) => void,
  ): void => sign('sha256', data, key, done),
);

/** A part of a token: an object, or JSON text where a test of readers needs another spelling. */
export type Part = JsonObject | string;

/** Header and payload as the signature covers them. */
export function signingInput(header: Part, claims: Part): string {
  return `${segment(header)}.${segment(claims)}`;
}

/** A token signed with RSA and SHA-256, as an issuer's server signs it. */
export async function signedToken(header: Part, claims: Part, key: KeyObject): Promise<string> {
  const input = signingInput(header, claims);
  const signature = await signBytes(Buffer.from(input), key);
  return `${input}.${signature.toString('base64url')}`;
}

/** A token that carries a keyed hash instead of a signature. */
export function hashedToken(header: Part, claims: Part, secret: Uint8Array | string): string {
  const input = signingInput(header, claims);
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** A token that nothing signs: it ends with a dot. */
export function unsignedToken(claims: Part, header: Part = { typ: 'JWT', alg: 'none' }): string {
  return `${signingInput(header, claims)}.`;
}

function segment(part: Part): string {
  const text = typeof part === 'string' ? part : JSON.stringify(part);
  return Buffer.from(text).toString('base64url');
}
