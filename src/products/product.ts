import type { Kind } from '../kernel/address.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import type { Basis, CertificateSource, Level } from '../topology/topology.ts';

/** A value or a rule to derive one from a deployment: see `expression.ts`. */
export type Expression = Json;

/** One version of a product: the family's facts with the version's own. Pure data. */
export interface Product {
  /** What a topology writes under `product`. */
  readonly id: string;
  readonly family: string;
  readonly title: string;
  /** The application id in tokens. */
  readonly principal: string;
  /** The vendor's short word for the application. */
  readonly application: string;
  readonly realm: RealmFacts;
  /** It runs in the vendor's cloud. */
  readonly cloud?: boolean;
  /** Oldest PowerShell language its management shell may run. */
  readonly powershell: '3.0' | '5.1';
  /** First .NET Framework its servers are sure to have. */
  readonly framework: string;
  readonly supportEnds: string | null;
  /** Regular expression of the builds that are this version. */
  readonly builds: string;
  /** What is known of its behaviour while certificates change. */
  readonly rollover: { readonly publishesNext: KnownFact; readonly refreshesPartners: KnownFact };
  readonly metadata: MetadataFacts;
  /** Every name under which it is called. */
  readonly hosts: Expression;
  /** Which declared literal holds the address of the calls it makes: `Settings.AutodiscoverUrl`. */
  readonly calls: string;
  readonly live: { readonly url: Expression; readonly grade: Grade };
  readonly certificate: CertificateFacts;
  readonly objects: Readonly<Partial<Record<Kind, ObjectFacts>>>;
  readonly bases: readonly Basis[];
  readonly levels: readonly Level[];
  readonly nameLimits: Readonly<Record<string, number>>;
  readonly features: Readonly<Record<string, FeatureFacts>>;
  readonly scripts: readonly ScriptFacts[];
  readonly shell: ShellFacts;
  readonly waits: readonly WaitFacts[];
  readonly checks: readonly CheckFacts[];
  readonly shapes: readonly ShapeFacts[];
  /** Objects that a plan meets on its servers, and leaves alone where no resource is one. */
  readonly foreign: readonly ForeignFacts[];
  /** Settings that no topology may write, with the rule that says so. */
  readonly reserved: readonly { readonly path: string; readonly because: string }[];
}

/** Whether something is so, and who says it; unknown counts as no. */
export interface KnownFact {
  readonly known: 'yes' | 'no' | 'unknown';
  readonly source: string;
}

/** How well a fact is founded. */
export type Grade = 'vendor' | 'observed' | 'assumed';

/** Which value of a realm entry a product takes as its realm. */
export interface RealmFacts {
  /** Which domains of a realm entry it reads: `sipDomains`, `acceptedDomains`. */
  readonly from: string;
  readonly noun: string;
  readonly default: Expression;
  readonly pinned: 'allow' | 'warn';
  /** It takes no internationalised domain, not even in its `xn--` form. */
  readonly plainNames?: boolean;
}

/** Where a product publishes its own metadata document, and by which names it may be asked. */
export interface MetadataFacts {
  readonly name: string;
  readonly host: Expression;
  readonly path: string;
  /** Names that survive the loss of a server. */
  readonly stable: Expression;
  /** Names of single servers. */
  readonly servers: Expression;
}

/** What is known of a product's issuer certificate. */
export interface CertificateFacts {
  readonly object: string;
  readonly sources: readonly CertificateSource['source'][];
  /** Why a certificate made here deserves a word. */
  readonly generated: string;
  readonly profile: CertificateProfile;
  readonly roll: { readonly leadHours: number; readonly beforeEndHours: number };
  readonly friendlyName: string | null;
  /** Those that exist look as the profile says, because the product makes them so. */
  readonly shipped?: boolean;
  /** Who must keep its key: with one that CNG keeps nothing is signed. */
  readonly keyStorage?: 'csp';
  /** Its key must be able to leave a server; what of evidence says whether it is. */
  readonly exportable?: {
    readonly command: string;
    readonly thumbprint: Expression;
    readonly is: Expression;
  };
}

/** What a certificate we request or make must look like. */
export interface CertificateProfile {
  readonly subject: Expression;
  readonly names: Expression;
  readonly keySizes: readonly number[];
  readonly lifetime: string;
  readonly usages: readonly string[];
  readonly extendedUsages: readonly string[];
}

/** The server's object behind a kind: how it is found and what of it can change in place. */
export interface ObjectFacts {
  /** The server's word for it. */
  readonly object: string;
  readonly naturalKey: readonly string[];
  /**
   * Attribute that is its name on the server; absent where there is only one, or none has a name.
   */
  readonly identity?: string;
  /** Names of objects that others made and keep; no topology manages them. */
  readonly kept?: Readonly<Record<string, string>>;
  /** `keep`: it stays on the server when it leaves the topology. */
  readonly onRemoval: 'keep' | 'script';
  /** Attribute to `update` or `replace`; `*` stands for the rest. */
  readonly mutability: Readonly<Record<string, 'update' | 'replace'>>;
  readonly attributes?: Readonly<Record<string, Expression>>;
  readonly seen?: SeenFacts;
  readonly hazards?: readonly HazardFacts[];
}

/** How a resource is read out of evidence: expressions here look into one object that was seen. */
export interface SeenFacts {
  /** The cmdlet that shows such objects. */
  readonly command: string;
  /** Property to pattern: an object that meets one is none of ours. */
  readonly skip?: Readonly<Record<string, string>>;
  /** Our attributes as the object says them; what is missing here cannot be seen. */
  readonly attributes: Readonly<Record<string, Expression>>;
  /** An attribute that makes it ours where a natural key other than the first differs. */
  readonly alsoBy?: string;
  /** Attributes that say nothing where they are blank. */
  readonly blank?: readonly string[];
  /** Attributes for which, where they are blank, the object stands in whose key is true. */
  readonly instead?: Readonly<Record<string, SeenPart>>;
  /** Of a partner: the certificates by which it knows the issuer's keys, in base64. */
  readonly copies?: Expression;
  /** Attributes that are maps, each entry an object of its own. */
  readonly maps?: Readonly<Record<string, SeenPart>>;
  /** Attributes that are lists, each item an object of its own. */
  readonly lists?: Readonly<Record<string, SeenPart>>;
  /** Of a certificate: `thumbprint`, `from` (the instant from which it signs), `previous`. */
  readonly slots?: readonly Readonly<Record<string, Expression>>[];
}

/** Objects that are together one attribute. */
export interface SeenPart {
  readonly command: string;
  /** The attribute that the key must be; without, the key names an entry. */
  readonly of?: string;
  readonly key: Expression;
  readonly value: Expression;
}

/** Objects of one kind among which are some of others. */
export interface ForeignFacts {
  readonly command: string;
  /** The server's word for one. */
  readonly object: string;
  readonly name: Expression;
  /** Property to pattern: only an object that meets them all is told. */
  readonly where?: Readonly<Record<string, string>>;
  /** It is a setting of an object that may be ours, and no topology says it. */
  readonly always?: boolean;
}

/** What a reviewer must know before such an object changes. */
export interface HazardFacts {
  readonly code: string;
  readonly severity: 'warning' | 'notice';
  readonly text: string;
  /** Actions that raise it; `replace` is one of them here. */
  readonly on: readonly string[];
  /** Attributes (or the resource's `name`) that must have these values; `*`: any but null. */
  readonly when?: Readonly<Record<string, Json>>;
}

/** A feature and the trust it needs. */
export interface FeatureFacts {
  readonly title: string;
  /** Families of the other side. */
  readonly with: readonly string[];
  /** Which side must accept the other's tokens. */
  readonly accepts: 'both' | 'self' | 'other';
  readonly level: Level;
  readonly values: readonly ('on' | 'off' | 'object')[];
  /** It starts as soon as the trust works both ways, so it must be declared. */
  readonly startsByItself?: boolean;
  readonly on?: FeatureObject;
  readonly off?: FeatureObject;
  readonly object?: FeatureObject;
}

/** The object that switches a feature, or keeps it from starting. */
export interface FeatureObject {
  readonly kind: Kind;
  /** Last part of the address; default: the feature's name. */
  readonly name?: string;
  /** It must stand before any partner does. */
  readonly beforePartners?: boolean;
  readonly attributes: Readonly<Record<string, Expression>>;
  readonly seen?: SeenFacts;
}

/** One script of a deployment. */
export interface ScriptFacts {
  /** `40-partner-{name}`: the number is the stage, the name the resource's. */
  readonly file: string;
  /** A kind, a `kind/name`, or `restart`. */
  readonly for: string;
  /** What the runbook says beside the step. */
  readonly note?: string;
  /** Runs on each of these servers, not once. */
  readonly perServer?: Expression;
  /** A stage at which a restart stands as well where the issuer changes at once. */
  readonly early?: number;
}

/** In which shell, where and by whom scripts are run. */
export interface ShellFacts {
  readonly name: string;
  readonly where: string;
  readonly roles: readonly string[];
  /** Module whose presence proves the shell; null where commands are imported otherwise. */
  readonly module: string | null;
}

/** What a person waits for after a stage. */
export interface WaitFacts {
  readonly after: readonly number[];
  readonly text: string;
  readonly command: string;
  readonly expect: string;
}

/** A check by the product's own means, at the end of the runbook. */
export interface CheckFacts {
  readonly needs: string;
  readonly command: string;
  readonly argument?: Expression;
  readonly expect: string;
  /** Roles of which one is needed, where those of the shell do not do. */
  readonly roles?: readonly string[];
  readonly with: readonly string[];
}

/** A setting that must look a certain way. */
export interface ShapeFacts {
  readonly path: string;
  readonly pattern: string;
  readonly code: string;
  readonly expected: string;
}

/** All product knowledge, indexed; made from `templates/` at build. */
export interface Catalog {
  readonly products: ReadonlyMap<string, Product>;
  /** Known products that cannot take part, by id, each with the reason. */
  readonly ineligible: ReadonlyMap<string, string>;
  /** SHA-256 over all product data and templates. */
  readonly digest: string;
}

/** What an expression may look into. */
export type Scope = JsonObject;
