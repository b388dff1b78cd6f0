import type { JsonObject } from '../kernel/json.ts';
import { Secret } from '../kernel/secret.ts';

const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const;

/** Whether a text is the one way of writing its bytes: base64 has bits to spare at its end. */
export function isExact(text: string, encoding: 'base64' | 'base64url'): boolean {
  return Buffer.from(text, encoding).toString(encoding) === text;
}

/** Encrypts a secret as a compact JWE; the claims stand in the clear and cannot be changed. */
export async function seal(secret: Secret, key: Secret, claims: JsonObject): Promise<string> {
  const { CompactEncrypt } = await import('jose');
  return new CompactEncrypt(secret.reveal())
    .setProtectedHeader({ ...ALGORITHMS, ...claims })
    .encrypt(key.reveal());
}

/** Opens a compact JWE; `undefined` for another key or when a bit was changed. */
export async function openSealed(
  sealed: string,
  key: Secret,
): Promise<{ readonly secret: Secret; readonly claims: JsonObject } | undefined> {
  if (!sealed.split('.').every(part => isExact(part, 'base64url'))) return undefined;
  const { compactDecrypt, errors } = await import('jose');
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key.reveal(), {
      keyManagementAlgorithms: [ALGORITHMS.alg],
      contentEncryptionAlgorithms: [ALGORITHMS.enc],
    });
    return { secret: new Secret(plaintext), claims: protectedHeader as unknown as JsonObject };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
