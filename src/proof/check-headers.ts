import { canonical } from '../kernel/canonical.ts';
import type { Json, JsonObject } from '../kernel/json.ts';
import { scriptsOf, textOf, type Script } from './bundle.ts';
import type { Inspection } from './inspection.ts';

/** What every script says of itself: its place, its topology, its deployment, its product. */
export function checkHeaders(inspection: Inspection): void {
  const { bundle } = inspection;
  const topology = commonest(bundle.scripts.map(script => script.declared.values['Topology']));
  for (const script of [...bundle.scripts, ...bundle.undo]) {
    checkHeader(script, topology, inspection);
  }
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
  // A deployment that left the topology is known by nothing but its removal scripts.
  const stated = textOf(script.declared.values, 'Product');
  const product = catalog.products.get(products.get(script.deployment) ?? stated ?? '');
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
