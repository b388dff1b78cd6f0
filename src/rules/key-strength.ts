import type { Report } from '../kernel/report.ts';
import type { NamedCertificate } from '../kernel/certificate.ts';
import type { Installation } from '../products/installation.ts';
import type { Rule } from './rule.ts';
import { oneOf } from './wording.ts';

/** Below this an RSA key is not accepted by any of the products. */
const LEAST_BITS = 2048;

/**
 * Issuers sign with RSA keys that are long enough (R06).
 *
 * Tokens are RS256: an elliptic key cannot sign them, and servers refuse short ones only when the
 * first token arrives.
 */
export const keyStrength: Rule = ({ installations, certificates }, report) => {
  for (const installation of installations.values()) checkDeclared(installation, report);
  for (const certificate of certificates) checkRead(certificate, report);
};

function checkDeclared({ deployment, product }: Installation, report: Report): void {
  const { keySize, at } = deployment.certificate;
  const sizes = product.certificate.profile.keySizes;
  if (sizes.includes(keySize)) return;
  report.add('certificate/key-size', {
    detail: `a key of ${keySize} bits is not one that ${product.title} is known to take`,
    help: `write ${oneOf(sizes.map(String)).replace(/"/g, '')}`,
    at: [...at, 'keySize'],
    address: `certificate/${deployment.name}`,
  });
}

function checkRead({ deployment, at, file, info }: NamedCertificate, report: Report): void {
  if (!info) return;
  const finding = { at, address: `certificate/${deployment}` };
  if (info.keyType !== 'rsa') {
    report.add('certificate/key-type', {
      ...finding,
      detail: `${file} has a key that is not RSA, so it cannot sign these tokens`,
      help: 'get a certificate with an RSA key of 2048 bits',
    });
  } else if (info.keyBits < LEAST_BITS) {
    report.add('certificate/key-size', {
      ...finding,
      detail: `${file} has a key of ${info.keyBits} bits; at least ${LEAST_BITS} are expected`,
      help: 'get a certificate with an RSA key of 2048 bits',
    });
  }
}
