import type { JsonObject, Path } from '../kernel/json.ts';

/** What the operator wrote: names resolved, defaults filled, everything lower-cased. */
export interface Topology {
  readonly name: string;
  readonly environment: 'production' | 'lab';
  readonly forests: ReadonlyMap<string, Forest>;
  readonly realms: ReadonlyMap<string, Realm>;
  readonly deployments: ReadonlyMap<string, Deployment>;
  /** Directed declarations: a `mutual` entry became two. */
  readonly partners: readonly Partner[];
  readonly scenarios: readonly Scenario[];
  readonly waivers: readonly Waiver[];
  readonly accepted: readonly Acceptance[];
  readonly moved: readonly Move[];
  readonly removed: readonly Removal[];
  readonly imports: readonly Import[];
}

/** An Active Directory forest and those it trusts. */
export interface Forest {
  readonly name: string;
  readonly at: Path;
  readonly trusts: readonly string[];
}

/** Domains of one kind: one default, any number more. */
export interface Domains {
  readonly default: string;
  readonly additional: readonly string[];
}

/** One OAuth realm: what follows `@`. Which value it has depends on the product that uses it. */
export interface Realm {
  readonly name: string;
  readonly at: Path;
  /** Domains by the kind a product asks for: `sipDomains`, `acceptedDomains`. */
  readonly domains: ReadonlyMap<string, Domains>;
  /** A farm's GUID, where the realm is one. */
  readonly id?: string;
  /** A value pinned by hand; default: derived by the product. */
  readonly pinned?: string;
}

/** One installed product in a realm. */
export interface Deployment {
  readonly name: string;
  readonly at: Path;
  /** The version's id, such as the products' own data lists them. */
  readonly product: string;
  readonly realm: string;
  readonly forest?: string;
  readonly certificate: CertificateSource;
  /** A plan that lets its certificate or settings go, or replaces them, is refused. */
  readonly protect: boolean;
  /** Everything declared, for the product's own expressions; schema-checked, folded. */
  readonly settings: JsonObject;
}

/** Where an issuer's certificate comes from. */
export interface CertificateSource {
  readonly source: 'existing' | 'host' | 'request' | 'import' | 'generate';
  readonly at: Path;
  /** File of the public certificate, relative to the topology. */
  readonly public?: string;
  /** RSA key size in bits. */
  readonly keySize: number;
  /** Lifetime of what we make, as an ISO 8601 duration. */
  readonly lifetime?: string;
  readonly roll?: Roll;
}

/** A staged passage from the certificate in use to the next one. */
export interface Roll {
  /** File of the certificate that is in use today. */
  readonly current: string;
  /** Instant from which the new one signs, ISO 8601 with offset, kept in UTC. */
  readonly effective: string;
}

/** How the acceptor learns the issuer's key. */
export type Basis = 'metadata' | 'certificate' | 'authorization-server';

/** Whom the issuer may represent at the acceptor. */
export type Level = 'full' | 'application' | 'user';

/** The acceptor accepts tokens of the issuer. */
export interface Partner {
  readonly at: Path;
  readonly acceptor: string;
  readonly issuer: string;
  readonly basis: Basis;
  readonly level: Level;
  /** Adopts the name of an object that exists. */
  readonly name?: string;
  readonly metadataUrl?: string;
  readonly principal?: string;
  readonly realm?: string;
  readonly certificate?: string;
  readonly enabled: boolean;
  readonly acceptSecurityIdentifiers: boolean;
  readonly trustAnyCertificate: boolean;
  /** A plan that removes or replaces it is refused. */
  readonly protect: boolean;
  /** Both directions came from one `mutual` entry. */
  readonly mutual: boolean;
}

/** What the trust is for. A scenario demands partners; features say which. */
export interface Scenario {
  readonly at: Path;
  readonly kind: 'on-premises' | 'microsoft-365' | 'cross-premises';
  readonly between: readonly [string, string];
  /** Feature name to its declared value (`on`, `off` or an object). */
  readonly features: ReadonlyMap<string, FeatureValue>;
  /** Whom the live checks act as. */
  readonly probe?: JsonObject;
  /** A plan that removes or replaces a switch of its features is refused. */
  readonly protect: boolean;
}

/** How a feature was declared. */
export type FeatureValue = 'on' | 'off' | JsonObject;

/** Settles one finding of one rule at one address, for a reason, for a time. */
export interface Waiver {
  readonly at: Path;
  readonly rule: string;
  readonly address: string;
  readonly reason: string;
  readonly until: string;
}

/** Takes a difference on a server, for a reason, for a time. */
export interface Acceptance {
  readonly at: Path;
  /** A resource or an edge. */
  readonly address: string;
  /** An attribute of the resource, or the code of a finding of the edge; left out, all of it. */
  readonly attribute?: string;
  readonly reason: string;
  readonly until: string;
}

/** What was recorded under one name or address is declared under another one now. */
export interface Move {
  readonly at: Path;
  /** The name of a deployment, or an address; `to` has the same form. */
  readonly from: string;
  readonly to: string;
}

/** What is managed no longer and stays on its server. */
export interface Removal {
  readonly at: Path;
  /** The name of a deployment, or an address. */
  readonly from: string;
}

/** An object that is on its server already, as somebody claims. */
export interface Import {
  readonly at: Path;
  readonly to: string;
  /** Its name on the server. */
  readonly identity: string;
}
