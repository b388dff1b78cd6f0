import type { CertificateInfo } from '../kernel/certificate.ts';
import type { JsonObject, Path } from '../kernel/json.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { ImportFacts } from '../products/imports.ts';
import type { Product } from '../products/product.ts';

/** A topology as it is being written of what was read. */
export interface Draft {
  readonly name: string;
  readonly deployments: readonly DraftDeployment[];
  readonly partners: readonly DraftEntry[];
  readonly scenarios: readonly DraftScenario[];
}

/** A deployment with what it was made of. */
export interface DraftDeployment {
  readonly name: string;
  readonly product: Product;
  readonly facts: ImportFacts;
  readonly evidence: Evidence;
  /** Name of its realm, and what the topology says of it. */
  readonly realm: string;
  readonly realmEntry: JsonObject;
  readonly settings: JsonObject;
  /** The certificate that signs today, where it was read. */
  readonly certificate: NamedFile | undefined;
  readonly notes: readonly string[];
  readonly aside: readonly Aside[];
}

/** A public certificate that goes beside the topology. */
export interface NamedFile {
  readonly file: string;
  readonly info: CertificateInfo;
}

/** A list entry: written, or only told with the reasons why it is not. */
export interface DraftEntry {
  /** The resource that it makes. */
  readonly address: string;
  readonly value: JsonObject;
  readonly notes: readonly string[];
  readonly file?: NamedFile;
  readonly because: readonly string[];
}

/** A scenario with its features, each of which may be set aside alone. */
export interface DraftScenario {
  readonly between: readonly [string, string];
  readonly features: readonly DraftFeature[];
  readonly notes: readonly string[];
  readonly because: readonly string[];
}

/** A feature as it stands on its server. */
export interface DraftFeature {
  readonly name: string;
  readonly address: string;
  readonly value: 'on' | 'off' | JsonObject;
  readonly because: readonly string[];
}

/** A setting that is left out, and why. */
export interface Aside {
  readonly at: Path;
  readonly because: string;
}

/** All certificate files that a draft names. */
export function filesOf({ deployments, partners }: Draft): NamedFile[] {
  return [
    ...deployments.flatMap(({ certificate }) => certificate ?? []),
    ...partners.flatMap(({ file, because }) => (file && because.length === 0 ? [file] : [])),
  ];
}
