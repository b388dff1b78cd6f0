import type { JsonObject } from '../kernel/json.ts';

const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const;

/** Encrypts bytes as a compact JWE; the claims stand in the clear and cannot be changed. */
export async function seal(
  bytes: Uint8Array,
  key: Uint8Array,
  claims: JsonObject,
): Promise<string> {
  const { CompactEncrypt } = await import('jose');
  return new CompactEncrypt(bytes).setProtectedHeader({ ...ALGORITHMS, ...claims }).encrypt(key);
}

/** Opens a compact JWE; `undefined` for another key or when a bit was changed. */
export async function openSealed(
  sealed: string,
  key: Uint8Array,
): Promise<{ readonly bytes: Uint8Array; readonly claims: JsonObject } | undefined> {
  const { compactDecrypt, errors } = await import('jose');
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
      keyManagementAlgorithms: [ALGORITHMS.alg],
      contentEncryptionAlgorithms: [ALGORITHMS.enc],
    });
    return { bytes: plaintext, claims: protectedHeader as unknown as JsonObject };
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
