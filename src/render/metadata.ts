import { createHash } from 'node:crypto';
import { digest } from '../kernel/canonical.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Installation } from '../products/installation.ts';

/**
 * The metadata document that a deployment is expected to publish: its name as an issuer and its
 * certificates, the signing one first. The same certificates give the same bytes.
 */
export function metadataDocument(
  installation: Installation,
  certificates: readonly Uint8Array[],
): Uint8Array {
  const content = contentOf(installation, certificates);
  const document = { id: idOf(content), ...content };
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}

/** Spelled as the product spells it: readers that heed case find every field. */
function contentOf(
  { product, principal, realm, issuerName, metadataUrl }: Installation,
  certificates: readonly Uint8Array[],
): JsonObject {
  return {
    version: '1.0',
    name: product.metadata.name,
    realm,
    serviceName: principal,
    issuer: issuerName,
    allowedAudiences: [issuerName],
    keys: certificates.map(keyOf),
    // Exactly one: some readers fail on two endpoints of one protocol.
    endpoints: [{ location: metadataUrl, protocol: 'OAuth2', usage: 'metadata' }],
  };
}

function keyOf(certificate: Uint8Array): JsonObject {
  return {
    usage: 'signing',
    keyinfo: { x5t: createHash('sha1').update(certificate).digest('base64url') },
    keyvalue: {
      type: 'x509Certificate',
      value: Buffer.from(certificate).toString('base64'),
    },
  };
}

/** Servers make a new id at every rebuild; ours comes from the content, so that it never moves. */
function idOf(content: JsonObject): string {
  const parts = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(digest(content)) ?? [];
  const [, first, second, third, fourth, fifth] = parts;
  // Version 8 of RFC 9562: a value of one's own making.
  return `_${first}-${second}-8${third}-8${fourth}-${fifth}`;
}
