import { address } from '../kernel/address.ts';
import { digest } from '../kernel/canonical.ts';
import type { CertificateInfo, NamedCertificates } from '../kernel/certificate.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { evaluateName, evaluateNames } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { CertificateSource } from '../topology/topology.ts';
import type { Resource } from './resource.ts';

/** Sources for which somebody makes a new certificate to our profile. */
const MADE: readonly CertificateSource['source'][] = ['generate', 'host', 'request'];

/**
 * An issuer's certificate as a resource: what it is, or what it must become. The certificates are
 * those that the topology names for this deployment.
 */
export function certificateResource(
  installation: Installation,
  certificates: NamedCertificates,
): Resource {
  const { deployment } = installation;
  const find = (use: string): CertificateInfo | undefined =>
    certificates.find(one => one.use === use)?.info;
  const next = find('next');
  const { source } = deployment.certificate;
  return {
    address: address('certificate', deployment.name),
    kind: 'certificate',
    deployment: deployment.name,
    at: deployment.certificate.at,
    attributes: {
      source,
      ...(MADE.includes(source) ? wanted(installation) : found(next)),
      thumbprint: next?.thumbprint ?? null,
      notBefore: next?.notBefore ?? null,
      notAfter: next?.notAfter ?? null,
      effective: deployment.certificate.roll?.effective ?? null,
      previous: find('current')?.thumbprint ?? null,
    },
    // What a server or an authority makes is not ours to wait for; only a key of ours is.
    unknown: next || source !== 'generate' ? [] : ['thumbprint', 'notBefore', 'notAfter'],
    needs: [],
    held: source === 'generate' ? 'here' : 'server',
  };
}

/**
 * Digest of what a certificate is made to; a prepared key is kept while this stays. A lifetime is
 * not part of it: another one is for the next certificate.
 */
export function profileDigest(attributes: JsonObject): string {
  const { subject = null, names = null, keySize = null } = attributes;
  return digest({ subject, names, keySize });
}

function wanted(installation: Installation): Record<string, Json> {
  const { profile } = installation.product.certificate;
  const { certificate } = installation.deployment;
  return {
    subject: evaluateName(profile.subject, installation.scope, installation.follow),
    names: evaluateNames(profile.names, installation.scope, installation.follow),
    keySize: certificate.keySize,
    lifetime: certificate.lifetime ?? profile.lifetime,
  };
}

function found(info: CertificateInfo | undefined): Record<string, Json> {
  return {
    subject: info?.subject ?? null,
    names: info?.names ?? [],
    keySize: info?.keyBits ?? null,
    lifetime: null,
  };
}
