import type { JsonObject } from '../kernel/json.ts';
import { Secret } from '../kernel/secret.ts';

const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const;

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
