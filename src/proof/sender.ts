import type { JsonObject } from '../kernel/json.ts';
import type { Product } from '../products/product.ts';
import {
  blockOf,
  documentOf,
  partnerScripts,
  scriptsWith,
  selvesOf,
  textOf,
  textsOf,
  type Bundle,
  type Script,
} from './bundle.ts';
import { x5tOf } from './certificate.ts';

/** The moment a token is sent: today, or when a certificate roll has taken effect. */
export interface Moment {
  readonly when: 'now' | 'after';
  readonly at: Date;
}

/** What the issuer's server would send, by the bytes written for the issuer. */
export interface Sender {
  /** Of the certificate it signs with; `undefined` where the bytes do not know it. */
  readonly thumbprint: string | undefined;
  readonly header: JsonObject;
  /** Claims of the actor token. */
  readonly claims: JsonObject;
  /** Claims of the outer token beside the actor token. */
  readonly outer: JsonObject;
  /** Scripts whose literals stand in the token. */
  readonly scripts: readonly string[];
}

/** Who sends to whom, and through which product. */
export interface Call {
  readonly bundle: Bundle;
  readonly issuer: string;
  readonly acceptor: string;
  readonly product: Product | undefined;
}

const HOURS = 60 * 60;

/** Today, and the effective date of the issuer's certificate where one is still to come. */
export function momentsOf(bundle: Bundle, issuer: string, now: Date): Moment[] {
  const effective = effectiveDate(certificateBlock(bundle, issuer));
  const today: Moment = { when: 'now', at: now };
  return effective && effective > now ? [today, { when: 'after', at: effective }] : [today];
}

/** The block that declares a deployment's certificate. */
export function certificateBlock(bundle: Bundle, deployment: string): JsonObject {
  return blockOf(scriptsWith(bundle, deployment, 'Certificate')[0], 'Certificate');
}

function effectiveDate(certificate: JsonObject): Date | undefined {
  const time = Date.parse(textOf(certificate, 'Effective') ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Before the effective date of a roll the previous certificate signs. */
function signingThumbprint({ bundle, issuer }: Call, at: Date): string | undefined {
  const certificate = certificateBlock(bundle, issuer);
  const effective = effectiveDate(certificate);
  const early = effective !== undefined && at < effective;
  const declared = textOf(certificate, early ? 'Previous' : 'Thumbprint');
  return declared ?? documentOf(bundle, issuer)?.keys[0]?.thumbprint;
}

/** What the issuer's server would send at a moment: once for each identity its scripts state. */
export function readSenders(call: Call, at: Date): readonly [Sender, ...Sender[]] {
  const [self, ...others] = selvesOf(call.bundle, call.issuer);
  return [readSender(call, at, self), ...others.map(other => readSender(call, at, other))];
}

/** What the issuer's server would send at a moment under one identity. */
export function readSender(
  call: Call,
  at: Date,
  self: JsonObject = selvesOf(call.bundle, call.issuer)[0],
): Sender {
  const { bundle, issuer } = call;
  const settings = scriptsWith(bundle, issuer, 'Settings')[0];
  const certificate = scriptsWith(bundle, issuer, 'Certificate')[0];
  const about = partnerScripts(bundle, issuer, call.acceptor)[0];
  const declared = blockOf(settings, 'Settings');
  const principal = textOf(self, 'Principal') ?? '';
  const realm = textOf(self, 'Realm') ?? '';
  const service = textOf(declared, 'ServiceName') ?? principal;
  const nameid = `${principal}@${realm}`;
  const target = readTarget(call, { settings, about });
  const thumbprint = signingThumbprint(call, at);
  const begins = Math.floor(at.getTime() / 1000);
  const times = { nbf: begins, exp: begins + 8 * HOURS };
  const aud = `${target.principal}/${target.host}@${target.realm}`;
  return {
    thumbprint,
    header: { typ: 'JWT', alg: 'RS256', ...(thumbprint && { x5t: x5tOf(thumbprint) }) },
    claims: { aud, iss: `${service}@${textOf(declared, 'Realm') ?? realm}`, nameid, ...times },
    outer: { aud, iss: nameid, ...times, ...userOf(target.domain) },
    scripts: [certificate, settings, about].flatMap(script => script?.path ?? []),
  };
}

interface Target {
  readonly principal: string;
  readonly realm: string;
  readonly host: string;
  /** Of its users. */
  readonly domain: string;
}

/** Whom it calls and where: as its own script says, else as the acceptor shows itself. */
function readTarget(
  call: Call,
  own: { readonly settings: Script | undefined; readonly about: Script | undefined },
): Target {
  const document = documentOf(call.bundle, call.acceptor);
  const partner = blockOf(own.about, 'Partner');
  const [self] = selvesOf(call.bundle, call.acceptor);
  const url = calledAddress(call, own) ?? document?.location ?? textOf(self, 'MetadataUrl') ?? '';
  const realm = textOf(partner, 'Realm') ?? document?.realm ?? textOf(self, 'Realm') ?? '';
  return {
    principal:
      textOf(partner, 'Principal') ?? document?.principal ?? textOf(self, 'Principal') ?? '',
    realm,
    host: /^https:\/\/([^/@?#]+)\//.exec(url)?.[1] ?? '',
    domain: textOf(self, 'Domain') ?? realm,
  };
}

/** The literal that the product's data names; a setting can only mean one of several acceptors. */
function calledAddress(
  { bundle, issuer, acceptor, product }: Call,
  {
    settings,
    about,
  }: { readonly settings: Script | undefined; readonly about: Script | undefined },
): string | undefined {
  const [block = '', name = ''] = product?.calls.split('.') ?? [];
  const partner = textOf(blockOf(about, 'Partner'), 'MetadataUrl');
  if (block === 'Partner') return textOf(blockOf(about, block), name);
  const set = textOf(blockOf(settings, block), name);
  if (set === undefined) return partner;
  if (isCalledBy(bundle, acceptor, set)) return set;
  const others = [...bundle.deployments.keys()].filter(name => name !== issuer);
  return others.some(name => isCalledBy(bundle, name, set)) ? partner : set;
}

function isCalledBy(bundle: Bundle, deployment: string, url: string): boolean {
  const host = /^https:\/\/([^/]+)/.exec(url)?.[1] ?? '';
  return selvesOf(bundle, deployment).some(self => textsOf(self, 'Hosts').includes(host));
}

/** A user of the acceptor. */
function userOf(domain: string): JsonObject {
  const address = `concordat@${domain}`;
  return { smtp: address, sip: address };
}
