/** Servers, what is deployed on them and what answers on the network: all that a session can see. */
export interface World {
  /** The time on every machine, ISO 8601 in UTC. It moves by a millisecond a look. */
  clock: string;
  /** What the names and ids that servers make up depend on. */
  seed: string;
  here: Here;
  /** By name of the host. */
  servers: Record<string, Server>;
  /** By name in the topology. */
  deployments: Record<string, Deployment>;
  /** By address without its query; `https://host/` stands for all addresses of that host. */
  web: Record<string, WebFacts>;
}

/** Who sits where. */
export interface Here {
  /** Whose shell is open; null: a plain Windows PowerShell. */
  deployment: string | null;
  host: string;
  user: string;
  elevated: boolean;
  groups: string[];
  /** Commands that a role which the user does not hold would bring. */
  lacks?: string[];
  /** What is typed where a prompt asks. */
  answers?: Record<string, string>;
  /** The network does not tell this computer its full name. */
  nameless?: boolean;
  /** The PFX that is named to a script; the deployment's own where nothing is said. */
  pfx?: string;
}

export interface Server {
  deployment: string;
  environment: Record<string, string>;
  /** LocalMachine\My */
  certificates: StoreCertificate[];
  services: Record<string, Service>;
  /** Requests for certificates that an authority has not answered yet. */
  requests?: unknown[];
  /** It is down, or a firewall stands between. */
  unreachable?: boolean;
}

export interface StoreCertificate {
  thumbprint: string;
  subject: string;
  friendlyName: string;
  hasPrivateKey: boolean;
  notBefore: string;
  notAfter: string;
  /** DER in base64. */
  raw: string;
  /** Whether its key can leave the machine. */
  exportable?: boolean;
  /** Who keeps its key, by default a cryptographic service provider; `untold` where nothing says it. */
  keyStorage?: 'csp' | 'cng' | 'untold';
  /** What Exchange uses it for. */
  services?: string[];
}

export interface Service {
  status: string;
  /** When it was last started. */
  since?: string;
  /** What it is after a restart; Running where nothing is said. */
  after?: string;
}

export interface Deployment {
  family: string;
  product: string;
  /** The version that the documentation of its commands names. */
  documentedAs: string;
  /** What its server says of its own build. */
  version: string;
  /** The object store: kind of object -> its objects. */
  objects: Record<string, StoredObject[]>;
  /** What else the product's simulation keeps. */
  [fact: string]: unknown;
}

/** One object as the product's simulation keeps it. */
export type StoredObject = Record<string, unknown>;

/** What answers at an address: a deployment's own web service, or something fixed. */
export interface WebFacts {
  deployment?: string;
  status?: number;
  body?: string;
  /** Its content type is not that of a text. */
  untyped?: boolean;
  /** No answer at all, with this reason. */
  fault?: string;
  /** Its TLS certificate is trusted by nobody. */
  untrusted?: boolean;
}

/** Something that goes wrong at one call of a run. */
export interface Fault {
  readonly at: number;
  readonly mode: FaultMode;
}

/**
 * An error that ends the command before its effect, or after it; an error that does not end it, in
 * place of its effect; Ctrl+C after its effect.
 */
export type FaultMode = 'before' | 'after' | 'instead' | 'interrupt';

/** One call as it was made. */
export interface CallRecord {
  readonly point: number;
  readonly kind: 'server' | 'built-in' | 'method';
  readonly name: string;
  readonly set?: string;
  readonly given?: Record<string, unknown>;
  /** Something outside the script is different after it. */
  readonly changed?: boolean;
  /** The row of the table of behaviours by which it was refused. */
  readonly refused?: string;
  /** All rows that it met. */
  readonly rows?: readonly string[];
  readonly fault?: FaultMode;
  /** A defect of the simulation. */
  readonly bug?: string;
}

/** One line as it was entered at the prompt. */
export interface Entered {
  readonly line: string;
  /** Of the script that the line started; null where none ended with one. */
  readonly exit: number | null;
  readonly interrupted: boolean;
  /** What a person sees. */
  readonly seen: readonly string[];
  readonly errors: readonly string[];
  /** How many stores and answers were opened and not closed. */
  readonly open: number;
  readonly calls: readonly CallRecord[];
}

/** What came of a session: each of its lines, and the world as it is after. */
export interface Session {
  readonly entered: readonly Entered[];
  readonly world: World;
}
