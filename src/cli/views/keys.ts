import type { ListedKey } from '../../index.ts';

/** Prepared keys for a person: whose they are, what the certificate says, when it ends. */
export function humanKeys(keys: readonly ListedKey[]): string {
  if (keys.length === 0) return 'No keys: the topology generates none, or none was prepared.\n';
  return keys
    .map(({ address, certificate: { subject, thumbprint, notAfter } }) =>
      [
        address,
        `  subject     ${subject}`,
        `  thumbprint  ${thumbprint}`,
        `  ends        ${notAfter}`,
      ]
        .join('\n')
        .concat('\n'),
    )
    .join('');
}

/** The same for machines; public facts only. */
export function jsonKeys(keys: readonly ListedKey[]): string {
  const facts = keys.map(({ address, certificate: { der: _der, ...rest } }) => ({
    address,
    ...rest,
  }));
  return JSON.stringify({ format_version: '1.0', keys: facts }, null, 2) + '\n';
}
