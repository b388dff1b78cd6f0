import { readAddress, type Kind } from '../kernel/address.ts';
import { digest } from '../kernel/canonical.ts';
import { isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { blockOf, textOf, type Script } from './bundle.ts';
import type { Inspection } from './inspection.ts';

/** Which block of a script declares a resource of a kind. */
const BLOCKS: Readonly<Partial<Record<Kind, string>>> = {
  certificate: 'Certificate',
  'oauth-settings': 'Settings',
  partner: 'Partner',
  settings: 'Policy',
  feature: 'Feature',
};

/** Members of a block that are no attributes of its resource. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  Certificate: ['FriendlyName'],
  Partner: ['Deployment', 'Thumbprints', 'CertificateData'],
};

/** A resource is its deployment's, of the kind of its block, and exactly what its digest says. */
export function checkResources({ bundle, say }: Inspection): void {
  for (const script of bundle.scripts) {
    const resources = script.declared.values['Resources'];
    const list = Array.isArray(resources) ? (resources as readonly Json[]) : [];
    for (const resource of list) {
      const fault = resourceFault(script, isObject(resource) ? resource : {});
      if (fault) say('proof/declaration-differs', script.path, fault);
    }
  }
}

function resourceFault(script: Script, resource: JsonObject): string | undefined {
  const name = textOf(resource, 'Address') ?? '';
  const address = readAddress(name);
  if (!address) return `"${name}" is not an address`;
  if (address.deployment !== script.deployment) return `"${name}" is not of ${script.deployment}`;
  const { values } = script.declared;
  const block = 'Removed' in values ? 'Removed' : BLOCKS[address.kind];
  if (block === undefined) return `"${name}" is nothing that a script carries out`;
  if (!(block in values)) return `"${name}" is carried out without a ${block} block`;
  const issuer = textOf(blockOf(script, 'Partner'), 'Deployment');
  if (block === 'Partner' && address.name !== issuer)
    return `"${name}" is not about ${issuer ?? ''}`;
  const found = resource['Digest'];
  if (READINGS.some(reading => digest(attributesOf(script, block, reading)) === found)) {
    return undefined;
  }
  return `the digest of "${name}" is not that of the ${block} block`;
}

/** An empty list may have been a map without names; a script cannot tell. */
const READINGS: readonly Json[] = [[], {}];

/** The attributes of a resource, written back from the members of its block. */
function attributesOf(script: Script, block: string, empty: Json): JsonObject {
  const beside = BESIDE[block] ?? [];
  const members = Object.entries(blockOf(script, block));
  return lowered(
    members.filter(([name]) => !beside.includes(name)),
    empty,
  );
}

function lowered(members: readonly (readonly [string, Json])[], empty: Json): JsonObject {
  return Object.fromEntries(
    members.map(([name, value]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      attribute(value, empty),
    ]),
  );
}

/** A list of named tables was a map by those names. */
function attribute(value: Json, empty: Json): Json {
  if (!Array.isArray(value)) return value;
  const items = value as readonly Json[];
  if (items.length === 0) return empty;
  if (!items.every(item => isObject(item) && 'Name' in item)) return items;
  return Object.fromEntries(
    items.filter(isObject).map(item => [textOf(item, 'Name') ?? '', named(item, empty)]),
  );
}

function named(item: JsonObject, empty: Json): Json {
  const rest = Object.entries(item).filter(([name]) => name !== 'Name');
  const [only] = rest;
  if (rest.length === 1 && only?.[0] === 'Value') return attribute(only[1], empty);
  return lowered(rest, empty);
}
