import type { Lint, LintSubject } from './lint.ts';

/** Signature and key. */
export const KEY_LINTS: readonly Lint[] = [
  {
    number: 7,
    id: 'sub_cert_or_sub_ca_using_sha1',
    severity: 'error',
    for: 'every',
    find: ({ info }) =>
      /^sha(256|384|512)WithRSAEncryption$/.test(info.signature)
        ? undefined
        : `signed with ${info.signature}; expected RSA with SHA-256`,
  },
  {
    number: 8,
    id: 'rsa_mod_less_than_2048_bits',
    severity: 'error',
    for: 'every',
    find: ({ info }) =>
      info.keyType === 'rsa' && info.keyBits >= 2048 && info.keyBits % 8 === 0
        ? undefined
        : `${info.keyType} key of ${info.keyBits} bits; expected RSA of 2048 or more`,
  },
  {
    number: 9,
    id: 'rsa_public_exponent_not_in_range',
    severity: 'error',
    for: 'every',
    find: ({ x509, info }) =>
      info.keyType !== 'rsa' || x509.publicKey.asymmetricKeyDetails?.publicExponent === 65537n
        ? undefined
        : 'public exponent is not 65537',
  },
  {
    number: 10,
    id: 'rsa_fermat_factorization',
    severity: 'error',
    for: 'every',
    find: ({ x509, info }) =>
      info.keyType === 'rsa' && hasClosePrimes(modulusOf(x509))
        ? 'primes are too close'
        : undefined,
  },
  {
    number: 40,
    id: 'self_signature_or_key_mismatch',
    severity: 'error',
    for: 'every',
    find: mismatch,
  },
];

function mismatch({ x509, info, fields, profile }: LintSubject): string | undefined {
  const selfIssued = Buffer.compare(fields.issuer.whole, fields.subject.whole) === 0;
  // Keys of other kinds are found by their own lint; OpenSSL may not even read them.
  const checked = selfIssued && info.keyType !== 'other';
  if (checked && !x509.verify(x509.publicKey)) return 'its own key did not sign it';
  if (!profile.publicKey) return undefined;
  const same = Buffer.compare(fields.publicKey.whole, profile.publicKey) === 0;
  return same ? undefined : 'it certifies another key';
}

function modulusOf(x509: LintSubject['x509']): bigint {
  const { n = '' } = x509.publicKey.export({ format: 'jwk' });
  return BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`);
}

// A hundred rounds find primes that differ by less than about half their length plus six bits.
const ROUNDS = 100;

/** Fermat's factorization: finds the primes when somebody took the second right after the first. */
function hasClosePrimes(modulus: bigint): boolean {
  let middle = squareRoot(modulus);
  if (middle * middle < modulus) middle += 1n;
  for (let round = 0; round < ROUNDS; round++, middle += 1n) {
    const rest = middle * middle - modulus;
    const root = squareRoot(rest);
    if (root * root === rest) return true;
  }
  return false;
}

function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  // Newton's method from above: each step is smaller until the floor is reached.
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
