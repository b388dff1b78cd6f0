import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { NamedCertificates } from '../../src/kernel/certificate.ts';
import type { JsonObject } from '../../src/kernel/json.ts';
import { installations } from '../../src/products/installation.ts';
import { readCatalog } from '../../src/products/registry.ts';
import type { Lowering } from '../../src/graph/lower.ts';
import { resolve } from '../../src/topology/resolve.ts';

/** The text of an example's topology. */
export function exampleText(name: string): string {
  return readFileSync(new URL(`../../examples/${name}/topology.yaml`, import.meta.url), 'utf8');
}

/** A topology text as lowering takes it, without reading any certificate. */
export function lowering(text: string, certificates: NamedCertificates = []): Lowering {
  const topology = resolve(parse(text) as JsonObject);
  return { topology, installations: installations(topology, readCatalog()), certificates };
}

/** Deployment name to product id. */
export function productsOf({ topology }: Lowering): Map<string, string> {
  return new Map([...topology.deployments.values()].map(one => [one.name, one.product]));
}
