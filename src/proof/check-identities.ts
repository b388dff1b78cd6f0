import { canonical } from '../kernel/canonical.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { isObject } from '../kernel/json.ts';
import {
  addressOf,
  blockOf,
  scriptsOf,
  scriptsWith,
  textOf,
  textsOf,
  type DocumentFile,
} from './bundle.ts';
import type { Inspection } from './inspection.ts';
import { commonest } from './check-headers.ts';

/** A deployment is the same in all its scripts, in its settings and in its document. */
export function checkIdentities(inspection: Inspection): void {
  const { bundle } = inspection;
  for (const [deployment, { document }] of bundle.deployments) {
    const self = checkSelf(deployment, inspection);
    checkSettings(deployment, self, inspection);
    if (document) checkDocument(document, self, inspection);
  }
}

/** Each script states who it is for; all of one deployment must state the same. */
function checkSelf(deployment: string, { bundle, input, say }: Inspection): JsonObject {
  const scripts = scriptsOf(bundle, deployment);
  const self: Json = commonest(scripts.map(script => blockOf(script, 'Self'))) ?? {};
  if (!isObject(self)) return {};
  for (const script of scripts) {
    if (canonical(blockOf(script, 'Self')) === canonical(self)) continue;
    say('proof/identity-differs', script.path, `states another Self than most of ${deployment}`);
  }
  const [script] = scripts;
  const product = input.catalog.products.get(input.products.get(deployment) ?? '');
  if (script && product && self['Principal'] !== product.principal) {
    const detail = `Self.Principal is not ${product.principal}, by which ${product.id} is known`;
    say('proof/identity-differs', script.path, detail);
  }
  const url = textOf(self, 'MetadataUrl');
  const host = /^https:\/\/([^/]+)\//.exec(url ?? '')?.[1] ?? '';
  if (script && url !== undefined && !textsOf(self, 'Hosts').includes(host)) {
    say('proof/identity-differs', script.path, `Self.Hosts does not hold "${host}"`);
  }
  return self;
}

/** The settings that make a server speak under its name. */
function checkSettings(deployment: string, self: JsonObject, { bundle, say }: Inspection): void {
  const script = scriptsWith(bundle, deployment, 'Settings')[0];
  const settings = blockOf(script, 'Settings');
  for (const [name, own] of [
    ['ServiceName', 'Principal'],
    ['Realm', 'Realm'],
  ] as const) {
    const found = textOf(settings, name);
    if (!script || found === undefined || found === self[own]) continue;
    say('proof/identity-differs', script.path, `Settings.${name} is not Self.${own}`);
  }
}

function checkDocument(
  { path, document }: DocumentFile,
  self: JsonObject,
  { say }: Inspection,
): void {
  const expected: readonly (readonly [string, string, string])[] = [
    ['serviceName', document.principal, textOf(self, 'Principal') ?? ''],
    ['realm', document.realm, textOf(self, 'Realm') ?? ''],
    ['location', addressOf(document.location), addressOf(textOf(self, 'MetadataUrl') ?? '')],
  ];
  for (const [name, found, own] of expected) {
    if (found === own) continue;
    say('proof/identity-differs', path, `the ${name} is "${found}", the scripts say "${own}"`);
  }
}
