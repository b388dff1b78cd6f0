import type { TrustEdge } from '../../src/graph/trust-edge.ts';
import { digest } from '../../src/kernel/canonical.ts';
import { Secret } from '../../src/kernel/secret.ts';
import type { KeyPair } from '../../src/ports/world.ts';
import { readCatalog } from '../../src/products/registry.ts';
import { thumbprintOf, x5tOf } from '../../src/proof/certificate.ts';
import type { ProofInput } from '../../src/proof/prove.ts';
import { makeCertificate } from '../../src/render/certificate.ts';
import { testKeyPair } from '../support/keys.ts';

/** A literal of a `$Declared` block. */
export type Value = string | number | boolean | null | Value[] | Table;
/** A table of literals. */
export interface Table {
  [key: string]: Value;
}

/** An artifact tree before it is bytes, so that a test can play a wrong emitter. */
export interface Model {
  readonly scripts: Map<string, Table>;
  readonly documents: Map<string, Table>;
  readonly certificates: Map<string, Uint8Array>;
}

/** The clock of all proofs here. */
export const NOW = new Date('2026-03-01T12:00:00Z');

interface Side {
  readonly name: string;
  readonly product: string;
  readonly principal: string;
  readonly realm: string;
  readonly hosts: string[];
  readonly metadataUrl: string;
  readonly keyPair: KeyPair;
}

const LYNC: Side = {
  name: 'lync',
  product: 'lync-server-2013',
  principal: '00000004-0000-0ff1-ce00-000000000000',
  realm: 'litwareinc.com',
  hosts: ['lyncweb-int.litwareinc.com', 'lyncweb.litwareinc.com', 'pool01.litwareinc.com'],
  metadataUrl: 'https://lyncweb-int.litwareinc.com/metadata/json/1',
  keyPair: testKeyPair(0),
};
const EXCHANGE: Side = {
  name: 'exchange',
  product: 'exchange-server-2013',
  principal: '00000002-0000-0ff1-ce00-000000000000',
  realm: 'litware.com',
  hosts: ['autodiscover.litware.com', 'mail.litware.com'],
  metadataUrl: 'https://autodiscover.litware.com/autodiscover/metadata/json/1',
  keyPair: testKeyPair(1),
};
const SIDES = [LYNC, EXCHANGE];

/** A certificate of a test key. */
export function certificateOf(
  keyPair: KeyPair,
  serial = 1,
  ends = '2030-01-01T00:00:00Z',
): Uint8Array {
  return makeCertificate({
    subject: 'CN=litwareinc.com',
    names: ['litwareinc.com', 'litware.net'],
    keyPair,
    serial: new Uint8Array(16).fill(serial),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date(ends),
    usages: ['digitalSignature', 'keyEncipherment'],
    extendedUsages: ['serverAuth'],
  });
}

const CERTIFICATES = new Map(SIDES.map(side => [side.name, certificateOf(side.keyPair)]));

/** The certificate of a side of the example. */
export function exampleCertificate(name: string): Uint8Array {
  return CERTIFICATES.get(name) ?? new Uint8Array();
}

/** The example of two sides that trust each other, as a correct emitter would write it. */
export function exampleModel(): Model {
  const model: Model = { scripts: new Map(), documents: new Map(), certificates: new Map() };
  for (const [side, other] of [
    [LYNC, EXCHANGE],
    [EXCHANGE, LYNC],
  ] as const) {
    const der = exampleCertificate(side.name);
    model.certificates.set(`${side.name}/certificates/issuer.cer`, der);
    model.documents.set(side.name, documentOf(side, [der]));
    addScript(model, side, '10-certificate', 'certificate', {
      Certificate: {
        Source: 'generate',
        Subject: 'CN=litwareinc.com',
        Names: ['litwareinc.com', 'litware.net'],
        KeySize: 2048,
        Lifetime: 'P2Y',
        Thumbprint: thumbprintOf(der),
        NotBefore: '2026-01-01T00:00:00Z',
        NotAfter: '2030-01-01T00:00:00Z',
        Effective: null,
        Previous: null,
      },
    });
    addScript(model, side, '20-oauth-settings', 'oauth-settings', { Settings: settingsOf(side) });
    addScript(model, side, `40-partner-${other.name}`, `partner/${other.name}`, {
      Partner: partnerOf(side, other),
    });
  }
  return model;
}

function addScript(model: Model, side: Side, file: string, about: string, block: Table): void {
  const [kind, ...name] = about.split('/');
  const path = `${side.name}/scripts/${file}.ps1`;
  const builds = readCatalog().products.get(side.product)?.builds ?? '';
  model.scripts.set(path, {
    Format: 1,
    Script: path,
    Topology: 'litware',
    Deployment: side.name,
    Product: side.product,
    Builds: builds,
    Resources: [{ Address: [kind, side.name, ...name].join('/'), Digest: digestOf(block) }],
    Self: {
      Principal: side.principal,
      Realm: side.realm,
      Hosts: [...side.hosts],
      MetadataUrl: side.metadataUrl,
    },
    ...block,
  });
}

/** The digest of what a block declares of its resource. */
export function digestOf(block: Table): string {
  const [[name, members] = ['', {}]] = Object.entries(block);
  const beside = name === 'Partner' ? ['Deployment', 'Thumbprints', 'CertificateData'] : [];
  const attributes = Object.entries(members as Table)
    .filter(([key]) => !beside.includes(key))
    .map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]);
  return digest(Object.fromEntries(attributes) as Table);
}

function settingsOf(side: Side): Table {
  if (side === EXCHANGE) return { ServiceName: side.principal, Realm: null };
  return {
    ServiceName: side.principal,
    Realm: side.realm,
    AutodiscoverUrl: 'https://autodiscover.litware.com/autodiscover/autodiscover.svc',
    AutodiscoverAllowedDomains: ['*.litware.com'],
  };
}

function partnerOf(side: Side, other: Side): Table {
  const common = {
    Deployment: other.name,
    Principal: other.principal,
    Realm: other.realm,
    Basis: 'metadata',
    MetadataUrl: other.metadataUrl,
    Enabled: true,
    AcceptSecurityIdentifiers: false,
    Thumbprints: [thumbprintOf(exampleCertificate(other.name))],
  };
  if (side === LYNC) return { ...common, Name: 'Exchange', Level: 'Full' };
  return {
    ...common,
    Name: null,
    Level: 'full',
    ApplicationType: 'Lync',
    LinkedAccount: 'LyncEnterprise-ApplicationAccount',
    TrustAnyCertificate: false,
  };
}

/** The document of a side with given certificates. */
export function documentOf(side: Side, certificates: readonly Uint8Array[]): Table {
  const issuer = `${side.principal}@${side.realm}`;
  return {
    id: '_0b1de2a5-0000-8000-8000-000000000000',
    version: '1.0',
    name: 'Example',
    realm: side.realm,
    serviceName: side.principal,
    issuer,
    allowedAudiences: [issuer],
    keys: certificates.map(keyOf),
    endpoints: [{ location: side.metadataUrl, protocol: 'OAuth2', usage: 'metadata' }],
  };
}

/** A certificate as a document holds it. */
export function keyOf(der: Uint8Array): Table {
  return {
    usage: 'signing',
    keyinfo: { x5t: x5tOf(thumbprintOf(der)) },
    keyvalue: { type: 'x509Certificate', value: Buffer.from(der).toString('base64') },
  };
}

/** The table of a script of a model. */
export function scriptTable(model: Model, path: string): Table {
  const table = model.scripts.get(path);
  if (!table) throw new Error(`no script ${path}`);
  return table;
}

/** The block by which one side of a model accepts the other. */
export function partnerBlock(model: Model, acceptor: string, issuer: string): Table {
  return scriptTable(model, `${acceptor}/scripts/40-partner-${issuer}.ps1`)['Partner'] as Table;
}

/** Digests as an emitter writes them, right or wrong in everything else. */
function seal(model: Model): Model {
  for (const table of model.scripts.values()) {
    const [resource] = table['Resources'] as Table[];
    const block = Object.entries(table).find(([name]) => BLOCKS.includes(name));
    if (resource && resource['Digest'] !== '' && block) {
      resource['Digest'] = digestOf({ [block[0]]: block[1] });
    }
  }
  return model;
}

const BLOCKS = ['Certificate', 'Settings', 'Partner'];

/** A model as bytes. */
export function filesOf(model: Model): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>(model.certificates);
  for (const [path, table] of model.scripts) files.set(path, scriptOf(table));
  for (const [name, document] of model.documents) {
    files.set(`${name}/metadata/document.json`, Buffer.from(JSON.stringify(document, null, 2)));
  }
  return files;
}

/** A script whose block declares a table. */
export function scriptOf(table: Table): Uint8Array {
  const members = Object.entries(table).map(([key, value]) => `    ${key} = ${literal(value)}`);
  const text = ['# A script.', '', '$Declared = @{', ...members, '}', '', 'Start-Work', ''];
  return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text.join('\r\n'))]);
}

function literal(value: Value): string {
  if (value === null) return '$null';
  if (typeof value === 'boolean') return value ? '$true' : '$false';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  if (Array.isArray(value)) return `@(${value.map(literal).join(', ')})`;
  const members = Object.entries(value).map(([key, item]) => `${key} = ${literal(item)}`);
  return `@{ ${members.join('; ')} }`;
}

const EDGES: readonly TrustEdge[] = [edgeOf(EXCHANGE, LYNC), edgeOf(LYNC, EXCHANGE)];

function edgeOf(acceptor: Side, issuer: Side): TrustEdge {
  return {
    address: `edge/${acceptor.name}/${issuer.name}`,
    at: [],
    acceptor: acceptor.name,
    issuer: issuer.name,
    basis: 'metadata',
    level: 'full',
    issuerName: `${issuer.principal}@${issuer.realm}`,
    acceptorName: `${acceptor.principal}@${acceptor.realm}`,
    acceptSecurityIdentifiers: false,
    trustAnyCertificate: false,
    enabled: true,
  };
}

/** Everything a proof of the example needs; `held` are the sides whose keys are here. */
export function exampleInput(
  model: Model = exampleModel(),
  held = ['lync', 'exchange'],
): ProofInput {
  let made = 1;
  return {
    files: filesOf(seal(model)),
    edges: EDGES,
    catalog: readCatalog(),
    products: new Map(SIDES.map(side => [side.name, side.product])),
    open: name => {
      const side = SIDES.find(one => one.name === name && held.includes(name));
      return Promise.resolve(side && new Secret(side.keyPair.privateKey));
    },
    now: NOW,
    random: count => new Uint8Array(count).fill(7),
    newKeyPair: () => Promise.resolve(testKeyPair((made += 1))),
    digests: false,
  };
}
