import { canonical } from '../kernel/canonical.ts';
import { isObject, type Json, type JsonObject } from '../kernel/json.ts';
import { readAddress, type Kind } from '../kernel/address.ts';
import { blockOf, scriptsOf, textOf, type Script } from './bundle.ts';
import type { Inspection } from './check-bundle.ts';

/** Which block of a script declares a resource of a kind. */
const BLOCKS: Readonly<Partial<Record<Kind, string>>> = {
  certificate: 'Certificate',
  'oauth-settings': 'Settings',
  partner: 'Partner',
  settings: 'Policy',
  feature: 'Feature',
};

/** What every script says of itself: its place, its deployment, its product, its resources. */
export function checkHeaders(inspection: Inspection): void {
  const { bundle } = inspection;
  const topology = commonest(bundle.scripts.map(script => script.declared.values['Topology']));
  for (const script of [...bundle.scripts, ...bundle.undo]) {
    checkHeader(script, topology, inspection);
  }
  for (const script of bundle.scripts) checkResources(script, inspection);
  for (const script of bundle.undo) checkTwin(script, inspection);
}

/** The value that most scripts agree on. */
export function commonest(values: readonly (Json | undefined)[]): Json | undefined {
  const counts = new Map<string, number>();
  const texts = values.map(value => (value === undefined ? '' : canonical(value)));
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return values[texts.findIndex(text => counts.get(text) === most)];
}

function checkHeader(
  script: Script,
  topology: Json | undefined,
  { input: { catalog, products }, say }: Inspection,
): void {
  const product = catalog.products.get(products.get(script.deployment) ?? '');
  const expected: Readonly<Record<string, Json | undefined>> = {
    Format: 1,
    Script: script.path,
    Topology: topology,
    Deployment: script.deployment,
    Product: product?.id,
    Builds: product?.builds,
  };
  for (const [name, value] of Object.entries(expected)) {
    const found = script.declared.values[name];
    if (found === value && found !== undefined) continue;
    const detail = `${name} is ${JSON.stringify(found)}, expected ${JSON.stringify(value)}`;
    say('proof/declaration-differs', script.path, detail);
  }
}

/** The resources a script carries out are its deployment's, and of the kind its blocks declare. */
function checkResources(script: Script, { say }: Inspection): void {
  const resources = script.declared.values['Resources'];
  const list = Array.isArray(resources) ? (resources as readonly Json[]) : [];
  for (const resource of list) {
    const name = isObject(resource) ? (textOf(resource, 'Address') ?? '') : '';
    const fault = resourceFault(script, name);
    if (fault) say('proof/declaration-differs', script.path, `the address "${name}" ${fault}`);
  }
}

function resourceFault(script: Script, name: string): string | undefined {
  const address = readAddress(name);
  if (!address) return 'is not an address';
  if (address.deployment !== script.deployment) return `is not of ${script.deployment}`;
  const block = BLOCKS[address.kind];
  if (block !== undefined && !(block in script.declared.values)) return `has no ${block} block`;
  const issuer = textOf(blockOf(script, 'Partner'), 'Deployment');
  if (address.kind === 'partner' && address.name !== issuer)
    return `is not that of ${issuer ?? ''}`;
  return undefined;
}

/** What takes a step back must know the step exactly. */
function checkTwin(script: Script, { bundle, say }: Inspection): void {
  const path = script.path.replace('/undo/', '/scripts/');
  const twin = scriptsOf(bundle, script.deployment).find(one => one.path === path);
  if (!twin) {
    say('proof/declaration-differs', script.path, `there is no script ${path} that it undoes`);
    return;
  }
  const others = withoutPath(script.declared.values);
  if (canonical(others) === canonical(withoutPath(twin.declared.values))) return;
  say('proof/declaration-differs', script.path, `declares other values than ${path}`);
}

function withoutPath(values: JsonObject): JsonObject {
  return { ...values, Script: null };
}
