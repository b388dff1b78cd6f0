import { address, edgeAddress, type Address } from '../kernel/address.ts';
import { byAddress } from '../kernel/canonical.ts';
import type { NamedCertificate, NamedCertificates } from '../kernel/certificate.ts';
import type { Json } from '../kernel/json.ts';
import { attributesOf, type Installation } from '../products/installation.ts';
import type { Partner, Topology } from '../topology/topology.ts';
import { certificateResource } from './certificate.ts';
import { demandedFeatures, type DemandedFeature } from './features.ts';
import { inApplyOrder } from './order.ts';
import type { Graph, Resource } from './resource.ts';
import type { TrustEdge } from './trust-edge.ts';

/** What lowering looks at: a topology that the rules accepted. */
export interface Lowering {
  readonly topology: Topology;
  readonly installations: ReadonlyMap<string, Installation>;
  readonly certificates: NamedCertificates;
}

/** Topology to resources and trust edges. Deployments that take part in no trust get nothing. */
export function lower(input: Lowering): Graph {
  const features = demandedFeatures(input.topology, input.installations);
  const gates = gatesOf(features);
  const taking = new Set(
    input.topology.partners.flatMap(({ acceptor, issuer }) => [acceptor, issuer]),
  );
  const certificates = byDeployment(input.certificates);
  const resources: Resource[] = [];
  for (const name of taking) {
    const installation = input.installations.get(name);
    if (!installation) continue;
    const own = ofDeployment(installation, certificates.get(name) ?? []);
    resources.push(...own.map(one => guarded(one, installation.deployment.protect)));
  }
  for (const partner of input.topology.partners) {
    const seen = { ...input, certificates: certificates.get(partner.issuer) ?? [] };
    const resource = partnerResource(partner, seen, gates.get(partner.acceptor) ?? []);
    if (resource) resources.push(guarded(resource, partner.protect));
  }
  for (const feature of features) {
    resources.push(guarded(featureResource(feature), feature.scenario.protect));
  }
  return { resources: inApplyOrder(resources), edges: edgesOf(input) };
}

/** A resource with the protection of what declares it. */
function guarded(resource: Resource, protect: boolean): Resource {
  // A document is derived, and of no harm to anybody when it goes.
  return protect && resource.kind !== 'document' ? { ...resource, protect: true } : resource;
}

/** Looking a certificate up among all of them, once a partner, would grow with the square. */
function byDeployment(certificates: NamedCertificates): Map<string, NamedCertificate[]> {
  const groups = new Map<string, NamedCertificate[]>();
  for (const one of certificates) {
    const group = groups.get(one.deployment);
    if (group) group.push(one);
    else groups.set(one.deployment, [one]);
  }
  return groups;
}

function ofDeployment(installation: Installation, certificates: NamedCertificates): Resource[] {
  const certificate = certificateResource(installation, certificates);
  const settings = settingsResource(installation, certificate.address);
  return [
    certificate,
    documentResource(installation, certificate),
    ...(settings ? [settings] : []),
  ];
}

function documentResource(installation: Installation, certificate: Resource): Resource {
  const { name } = installation.deployment;
  const { thumbprint = null, previous = null } = certificate.attributes;
  const signing = certificate.attributes['effective'] ? [previous, thumbprint] : [thumbprint];
  return {
    address: address('document', name),
    kind: 'document',
    deployment: name,
    at: installation.deployment.at,
    attributes: {
      url: installation.metadataUrl,
      issuer: installation.issuerName,
      thumbprints: signing.filter(one => one !== null),
    },
    unknown: certificate.unknown.length > 0 ? ['thumbprints'] : [],
    needs: [certificate.address],
    held: 'here',
  };
}

function settingsResource(installation: Installation, certificate: Address): Resource | undefined {
  const expressions = installation.product.objects['oauth-settings']?.attributes;
  if (!expressions) return undefined;
  const { name, at } = installation.deployment;
  return {
    address: address('oauth-settings', name),
    kind: 'oauth-settings',
    deployment: name,
    at,
    attributes: attributesOf(installation, expressions),
    unknown: [],
    needs: [certificate],
    held: 'server',
  };
}

function partnerResource(
  partner: Partner,
  { installations, certificates }: Lowering,
  gates: readonly Address[],
): Resource | undefined {
  const acceptor = installations.get(partner.acceptor);
  const issuer = installations.get(partner.issuer);
  const expressions = acceptor?.product.objects.partner?.attributes;
  if (!acceptor || !issuer || !expressions) return undefined;
  const pinned = certificates.find(one => one.use === 'partner' && one.at[1] === partner.at[1]);
  const beside = {
    partner: partnerScope(partner, issuer, pinned?.info?.thumbprint ?? null),
    other: issuer.scope,
  };
  return {
    address: address('partner', partner.acceptor, partner.issuer),
    kind: 'partner',
    deployment: partner.acceptor,
    name: partner.issuer,
    at: partner.at,
    attributes: attributesOf(acceptor, expressions, beside),
    unknown: [],
    needs: [
      address('certificate', partner.acceptor),
      address('oauth-settings', partner.acceptor),
      address('document', partner.issuer),
      ...gates,
    ],
    held: 'server',
  };
}

function partnerScope(
  partner: Partner,
  issuer: Installation,
  thumbprint: string | null,
): Record<string, Json> {
  return {
    basis: partner.basis,
    level: partner.level,
    name: partner.name ?? null,
    metadataUrl: partner.basis === 'metadata' ? (partner.metadataUrl ?? issuer.metadataUrl) : null,
    certificateThumbprint: thumbprint,
    enabled: partner.enabled,
    acceptSecurityIdentifiers: partner.acceptSecurityIdentifiers,
    trustAnyCertificate: partner.trustAnyCertificate,
  };
}

/** Objects that must stand before any partner of their deployment does. */
function gatesOf(features: readonly DemandedFeature[]): Map<string, Address[]> {
  const gates = new Map<string, Address[]>();
  for (const { installation, object, objectAddress } of features) {
    const name = installation.deployment.name;
    if (object.beforePartners) gates.set(name, [...(gates.get(name) ?? []), objectAddress]);
  }
  return gates;
}

function featureResource(feature: DemandedFeature): Resource {
  const { installation, object, objectAddress, name, scenario } = feature;
  const between = scenario.between.map(side => address('partner', side, feature.opposite(side)));
  return {
    address: objectAddress,
    kind: object.kind,
    deployment: installation.deployment.name,
    name: object.name ?? name,
    at: [...scenario.at, 'features', name],
    attributes: attributesOf(installation, object.attributes, { feature: feature.declared }),
    unknown: [],
    needs: object.beforePartners ? [] : between,
    held: 'server',
  };
}

function edgesOf({ topology, installations }: Lowering): TrustEdge[] {
  const edges = topology.partners.flatMap(partner => {
    const acceptor = installations.get(partner.acceptor);
    const issuer = installations.get(partner.issuer);
    if (!acceptor || !issuer) return [];
    return [
      {
        address: edgeAddress(partner.acceptor, partner.issuer),
        at: partner.at,
        acceptor: partner.acceptor,
        issuer: partner.issuer,
        basis: partner.basis,
        level: partner.level,
        issuerName: issuer.issuerName,
        acceptorName: acceptor.issuerName,
        acceptSecurityIdentifiers: partner.acceptSecurityIdentifiers,
        trustAnyCertificate: partner.trustAnyCertificate,
        enabled: partner.enabled,
      },
    ];
  });
  return edges.sort(byAddress);
}
