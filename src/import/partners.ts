import { address } from '../kernel/address.ts';
import { worded } from '../kernel/canonical.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { readCertificate } from '../evidence/certificate.ts';
import { isSkipped } from '../evidence/sight.ts';
import { evaluate } from '../products/expression.ts';
import type { Installation } from '../products/installation.ts';
import type { SeenFacts } from '../products/product.ts';
import type { DraftDeployment, DraftEntry, NamedFile } from './draft.ts';

/** The deployments of a draft as the topology will see them, by name. */
export type Installations = ReadonlyMap<string, Installation>;

/** An object of an acceptor, and the deployment whose tokens it lets in. */
interface Match {
  readonly acceptor: DraftDeployment;
  readonly issuer: Installation;
  readonly object: JsonObject;
  /** Our attributes as the object says them. */
  readonly seen: JsonObject;
}

/** Whom each deployment accepts, of those that were read; what else is there stays foreign. */
export function draftPartners(
  deployments: readonly DraftDeployment[],
  installed: Installations,
): readonly DraftEntry[] {
  const entries = deployments.flatMap(acceptor => {
    const facts = acceptor.product.objects.partner?.seen;
    const matches = facts ? matchesOf(acceptor, facts, installed) : [];
    const issuers = [...new Set(matches.map(({ issuer }) => issuer))];
    return issuers.map(issuer => entryOf(matches.filter(one => one.issuer === issuer)));
  });
  const addresses = new Set(entries.map(one => one.address));
  return entries.map(one => (isHalf(one, addresses) ? { ...one, notes: [halfOf(one)] } : one));
}

function isHalf({ value }: DraftEntry, addresses: ReadonlySet<string>): boolean {
  return !addresses.has(address('partner', text(value['issuer']), text(value['acceptor'])));
}

function halfOf({ value }: DraftEntry): string {
  const [acceptor, issuer] = [text(value['acceptor']), text(value['issuer'])];
  return `${issuer} has no partner for ${acceptor}: tokens are accepted in this direction only`;
}

function matchesOf(
  acceptor: DraftDeployment,
  facts: SeenFacts,
  installed: Installations,
): readonly Match[] {
  const objects = acceptor.evidence.objects.get(facts.command) ?? [];
  const others = [...installed.values()].filter(one => one.deployment.name !== acceptor.name);
  return objects
    .filter(object => !isSkipped(object, facts))
    .flatMap(object => {
      const seen = Object.fromEntries(
        Object.entries(facts.attributes).map(([key, told]) => [key, evaluate(told, object)]),
      );
      const kept = acceptor.product.objects.partner?.kept ?? {};
      if (Object.hasOwn(kept, worded(seen['name']))) return [];
      const issuer = others.find(one => isOf(one, seen, facts));
      return issuer ? [{ acceptor, issuer, object, seen }] : [];
    });
}

/** Whether an object is for the tokens of a deployment, by what those tokens say. */
function isOf(issuer: Installation, seen: JsonObject, { blank = [] }: SeenFacts): boolean {
  const realm = text(seen['realm']);
  const isRealm =
    same(realm, issuer.realm) ||
    (realm === '' && blank.includes('realm') && same(seen['metadataUrl'], issuer.metadataUrl));
  return same(seen['principal'], issuer.principal) && isRealm;
}

function entryOf([first, ...more]: readonly Match[]): DraftEntry {
  const { acceptor, issuer } = first as Match;
  const entry = valueOf(first as Match);
  const names = [first, ...more].map(one => JSON.stringify(one?.seen['name'] ?? null)).join(', ');
  const twice = `${acceptor.name} has several objects that are this partner: ${names}`;
  return {
    address: address('partner', acceptor.name, issuer.deployment.name),
    notes: [],
    because: more.length > 0 ? [twice] : [],
    ...entry,
  };
}

function valueOf(match: Match): Pick<DraftEntry, 'value' | 'file'> {
  const { acceptor, issuer, seen } = match;
  const file = seen['basis'] === 'certificate' ? certificateOf(match) : undefined;
  const level = text(seen['level']).toLowerCase();
  const hasUrl = text(seen['metadataUrl']) !== '';
  const all: [key: string, value: Json, isSaid: boolean][] = [
    ['acceptor', acceptor.name, true],
    ['issuer', issuer.deployment.name, true],
    ['basis', text(seen['basis']), seen['basis'] !== undefined && seen['basis'] !== 'metadata'],
    ['level', level, level !== '' && level !== 'full'],
    ['name', text(seen['name']), text(seen['name']) !== ''],
    [
      'metadataUrl',
      text(seen['metadataUrl']),
      hasUrl && !same(seen['metadataUrl'], issuer.metadataUrl),
    ],
    ['certificate', file?.file ?? '', file !== undefined],
    ['enabled', false, same(seen['enabled'], false)],
    ['acceptSecurityIdentifiers', true, same(seen['acceptSecurityIdentifiers'], true)],
  ];
  const value = Object.fromEntries(
    all.filter(([, , isSaid]) => isSaid).map(([key, one]) => [key, one]),
  );
  return { value, ...(file && { file }) };
}

/** The certificate that was handed over, where the object shows it. */
function certificateOf({ acceptor, issuer, object }: Match): NamedFile | undefined {
  const base64 = evaluate(acceptor.facts.certificate ?? null, object);
  if (typeof base64 !== 'string') return undefined;
  const info = readCertificate(Buffer.from(base64, 'base64'));
  const file = `evidence/${acceptor.name}-${issuer.deployment.name}.cer`;
  return 'fault' in info ? undefined : { file, info };
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A server knows no case. */
function same(found: Json | undefined, wanted: string | boolean): boolean {
  return worded(found).toLowerCase() === String(wanted).toLowerCase();
}
