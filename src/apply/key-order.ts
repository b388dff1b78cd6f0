import { profileDigest } from '../graph/certificate.ts';
import type { Graph, Resource } from '../graph/resource.ts';
import type { Address } from '../kernel/address.ts';
import type { Installation } from '../products/installation.ts';
import { lifeFrom } from './certificate-life.ts';

/** A certificate that is to be made, with everything but its key pair and serial number. */
export interface KeyOrder {
  readonly address: Address;
  readonly subject: string;
  readonly names: readonly string[];
  readonly bits: number;
  readonly usages: readonly string[];
  readonly extendedUsages: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Digest of the declared profile; the key is kept while it stays. */
  readonly digest: string;
}

/** What the topology asks of a certificate. */
export interface WantedCertificate {
  readonly subject: string;
  readonly names: readonly string[];
  readonly bits: number;
  readonly lifetime: string;
}

/** The certificates that are made here, in the order of the graph. */
export function madeHere({ resources }: Graph): Resource[] {
  return resources.filter(
    ({ kind, attributes }) => kind === 'certificate' && attributes['source'] === 'generate',
  );
}

/** Reads the attributes of a certificate resource. */
export function readWanted({ attributes }: Resource): WantedCertificate {
  const { subject, names, keySize, lifetime } = attributes;
  return {
    subject: typeof subject === 'string' ? subject : '',
    names: Array.isArray(names) ? names.map(String) : [],
    bits: Number(keySize),
    lifetime: typeof lifetime === 'string' ? lifetime : '',
  };
}

/** What keys are prepared for: a checked topology, lowered. */
export interface KeyNeeds {
  readonly graph: Graph;
  readonly installations: ReadonlyMap<string, Installation>;
}

/** An order for every certificate that is made here. */
export function ordersFor({ graph, installations }: KeyNeeds, now: Date): KeyOrder[] {
  return madeHere(graph).map(resource => {
    const { lifetime, ...wanted } = readWanted(resource);
    const life = lifeFrom(now, lifetime);
    const profile = installations.get(resource.deployment)?.product.certificate.profile;
    if (!life || !profile) throw new Error(`${resource.address} was not checked`);
    const { usages, extendedUsages } = profile;
    const digest = profileDigest(resource.attributes);
    return { address: resource.address, ...wanted, ...life, usages, extendedUsages, digest };
  });
}
