import { profileDigest } from '../graph/certificate.ts';
import type { PublicKeyRecord } from '../ports/key-store.ts';
import type { Snapshot } from './snapshot.ts';

/** The public halves of keys that were made here, as the last apply recorded them. */
export function publicKeysIn(snapshot: Snapshot): PublicKeyRecord[] {
  return snapshot.resources.flatMap(({ address, attributes, certificate }) =>
    certificate === undefined
      ? []
      : [
          {
            address,
            certificate: Uint8Array.from(Buffer.from(certificate, 'base64')),
            profile: profileDigest(attributes),
          },
        ],
  );
}
