import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '../kernel/json.ts';
import {
  addressOf,
  blockOf,
  documentOf,
  scriptsWith,
  selvesOf,
  textOf,
  textsOf,
  type Bundle,
  type Script,
} from './bundle.ts';
import { readPublicCertificate, type PublicCertificate } from './certificate.ts';

/** What the bytes written for a deployment make of it: who it is and whom it accepts. */
export interface Receiver {
  readonly principal: string;
  readonly realm: string;
  /** In lower case. */
  readonly hosts: readonly string[];
  /** Domains of its users, as far as the bytes name any. */
  readonly domains: readonly string[];
  /** Thumbprints of its own certificates. */
  readonly own: readonly string[];
  /** By issuer name. */
  readonly partners: Partners;
}

/** Partners by issuer name; several under one name are a fault that a token brings to light. */
export type Partners = ReadonlyMap<string, readonly Registered[]>;

/** Who judges a token, and when. */
export interface Judgement {
  readonly receiver: Receiver;
  readonly now: Date;
}

/** A partner that a receiver knows. */
export interface Registered {
  readonly script: string;
  readonly principal: string;
  readonly realm: string;
  readonly level: string;
  readonly enabled: boolean;
  readonly acceptsSecurityIdentifiers: boolean;
  readonly keys: readonly ReceiverKey[];
  /** Why it has no keys, where it has none. */
  readonly keyless: string;
}

/** A key by which a receiver believes an issuer. */
export interface ReceiverKey {
  readonly certificate: PublicCertificate;
  /** The certificate's own public key, or that of a stand-in. */
  readonly verifyWith: KeyObject;
}

/** Keys that sign in place of those we do not hold. */
export interface StandIns {
  /** By thumbprint of the certificate whose private half is elsewhere. */
  readonly keys: ReadonlyMap<string, KeyObject>;
  /** By deployment of which not even a public half is known. */
  readonly unknown: ReadonlyMap<string, PublicCertificate>;
}

/** Reads a receiver out of the bytes: one for each identity that its scripts give it. */
export function readReceivers(
  bundle: Bundle,
  deployment: string,
  partners: Partners,
): readonly [Receiver, ...Receiver[]] {
  const own = ownThumbprints(bundle, deployment);
  const receiver = (self: JsonObject): Receiver => {
    const realm = (textOf(self, 'Realm') ?? '').toLowerCase();
    const domain = textOf(self, 'Domain') ?? (realm.includes('.') ? realm : undefined);
    return {
      principal: (textOf(self, 'Principal') ?? '').toLowerCase(),
      realm,
      hosts: textsOf(self, 'Hosts').map(host => host.toLowerCase()),
      domains: domain === undefined ? [] : [domain],
      own,
      partners,
    };
  };
  const [self, ...others] = selvesOf(bundle, deployment);
  return [receiver(self), ...others.map(receiver)];
}

/** Reads whom a deployment accepts. */
export function readPartners(bundle: Bundle, deployment: string, standIns: StandIns): Partners {
  const partners = new Map<string, Registered[]>();
  for (const script of scriptsWith(bundle, deployment, 'Partner')) {
    const partner = readPartner(bundle, script, standIns);
    const name = `${partner.principal}@${partner.realm}`;
    partners.set(name, [...(partners.get(name) ?? []), partner]);
  }
  return partners;
}

function ownThumbprints(bundle: Bundle, deployment: string): string[] {
  const [script] = scriptsWith(bundle, deployment, 'Certificate');
  const declared = blockOf(script, 'Certificate');
  const files = bundle.deployments.get(deployment)?.certificates ?? [];
  return [
    ...['Thumbprint', 'Previous'].flatMap(name => textOf(declared, name) ?? []),
    ...files.map(file => file.certificate.thumbprint),
    ...(documentOf(bundle, deployment)?.keys.map(key => key.thumbprint) ?? []),
  ];
}

function readPartner(bundle: Bundle, script: Script, standIns: StandIns): Registered {
  const partner = blockOf(script, 'Partner');
  const found = findKeys(bundle, script, standIns);
  return {
    script: script.path,
    principal: (textOf(partner, 'Principal') ?? '').toLowerCase(),
    realm: (textOf(partner, 'Realm') ?? '').toLowerCase(),
    level: (textOf(partner, 'Level') ?? '').toLowerCase(),
    enabled: partner['Enabled'] === true,
    acceptsSecurityIdentifiers: partner['AcceptSecurityIdentifiers'] === true,
    ...(typeof found === 'string'
      ? { keys: [], keyless: found }
      : { keys: found, keyless: 'no key is left' }),
  };
}

/** The keys by the declared basis, of which only declared thumbprints count where any are. */
function findKeys(bundle: Bundle, script: Script, standIns: StandIns): ReceiverKey[] | string {
  const partner = blockOf(script, 'Partner');
  const unknown = standIns.unknown.get(textOf(partner, 'Deployment') ?? '');
  const basis = textOf(partner, 'Basis') ?? '';
  const read = BASES[basis];
  if (!read) return `"${basis}" is no basis to learn a key by`;
  const certificates = read(bundle, script);
  if (typeof certificates === 'string') {
    return unknown ? [{ certificate: unknown, verifyWith: unknown.publicKey }] : certificates;
  }
  const pinned = textsOf(partner, 'Thumbprints');
  const kept = certificates.filter(one => pinned.length === 0 || pinned.includes(one.thumbprint));
  if (unknown && certificates.length === 0) kept.push(unknown);
  return kept.map(certificate => ({
    certificate,
    verifyWith: standIns.keys.get(certificate.thumbprint) ?? certificate.publicKey,
  }));
}

type ReadKeys = (bundle: Bundle, script: Script) => readonly PublicCertificate[] | string;

/** How the keys of a partner are found, by the basis its script declares. */
const BASES: Readonly<Record<string, ReadKeys>> = {
  metadata: readPublished,
  certificate: readPinned,
};

/** The keys of the document at exactly the declared address, if it speaks for the partner. */
function readPublished(bundle: Bundle, script: Script): readonly PublicCertificate[] | string {
  const partner = blockOf(script, 'Partner');
  const url = textOf(partner, 'MetadataUrl') ?? '';
  const published = bundle.published.get(addressOf(url)) ?? [];
  const [file] = published;
  if (!file || published.length > 1) return `${published.length} documents stand at "${url}"`;
  const elsewhere = selvesOf(bundle, file.deployment).find(self => {
    const stated = textOf(self, 'MetadataUrl');
    return stated !== undefined && addressOf(stated) !== addressOf(url);
  });
  if (elsewhere)
    return `${file.deployment} publishes at "${textOf(elsewhere, 'MetadataUrl') ?? ''}"`;
  const name = `${textOf(partner, 'Principal') ?? ''}@${textOf(partner, 'Realm') ?? ''}`;
  if (file.document.issuer === name.toLowerCase()) return file.document.keys;
  return `${file.path} speaks for ${file.document.issuer}, not for ${name}`;
}

/** The certificate of the declared thumbprint: the script holds it, or a file beside it does. */
function readPinned(bundle: Bundle, script: Script): readonly PublicCertificate[] | string {
  const partner = blockOf(script, 'Partner');
  const thumbprint = textOf(partner, 'Certificate') ?? '';
  const data = textOf(partner, 'CertificateData');
  const given = data === undefined ? undefined : readPublicCertificate(Buffer.from(data, 'base64'));
  const certificate = given ?? bundle.certificates.get(thumbprint)?.certificate;
  if (certificate?.thumbprint === thumbprint) return [certificate];
  return `no certificate has the thumbprint "${thumbprint}"`;
}
